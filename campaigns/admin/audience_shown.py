"""The audience on the page of a campaign: whom it reaches, how many and since when, and what to think of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.audience.conditions import WrongAudience
from campaigns.audience.tree import all_conditions, load_tree
from campaigns.audience_wording import audience_words, membership_words
from campaigns.models import Aimed
from campaigns.selectors.audience import aim_of, frozen_audience, reach_of
from pricing.models import Shop
from pricing.wording import plain_percent, say


@dataclass(frozen=True, slots=True)
class AudienceShown:
    """Texts about an audience; `warnings` are what an approver should think of."""

    words: str
    kept: str
    size: str
    warnings: list[str] = field(default_factory=list)


def audience_shown(aimed: Aimed, *, shop: Shop | None, at: datetime) -> dict[str, Any]:
    """Return the audience of a revision for its page; nothing if it is for everyone. Six queries at most.

    `shop` owns what is offered, None = the platform.
    """
    if not aimed.has_audience:
        return {}
    words, kept = audience_words(aimed, shop=shop), membership_words(aimed)
    try:
        size, warnings = _size(aimed, shop, at), list(_warnings(aimed))
    except WrongAudience as refusal:
        size, warnings = "", [say(refusal)]
    except OperationalError:
        size, warnings = _("Counting takes too long at the moment."), []
    return {"audience": AudienceShown(words, kept, size, warnings)}


def _size(aimed: Aimed, shop: Shop | None, at: datetime) -> str:
    if kept := frozen_audience(aimed):
        text = ngettext("%(count)s customer, frozen %(age)s ago", "%(count)s customers, frozen %(age)s ago", kept.size)
        return text % {"count": kept.size, "age": timesince(kept.at, at, depth=1)}
    reach = reach_of(aim_of(aimed, shop=shop), at=at)
    text = ngettext("%(count)s customer now (%(share)s)", "%(count)s customers now (%(share)s)", reach.count)
    return text % {"count": reach.count, "share": f"{plain_percent(reach.share_bp)} %"}


def _warnings(aimed: Aimed) -> list[str]:
    found = []
    decided_at_order = any(rule.DECIDED_AT_ORDER for rule in all_conditions(load_tree(aimed.audience)))
    if (aimed.new_to or decided_at_order) and getattr(aimed, "limit_orders", 1) != 1:
        found.append(
            _("Until their first order is paid, customers stay new and can order again: “Orders per shopper” is not 1.")
        )
    return found
