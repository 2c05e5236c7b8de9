"""What a revision promises, in words for a person."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from campaigns.models import Terms
from campaigns.offers import conditions_of
from campaigns.rule_words import asked, names_for_staff
from campaigns.selectors.benefits import benefit_of, prices_each_sku
from campaigns.selectors.named_skus import NONE_NAMED
from campaigns.selectors.sku_rows import names_skus
from pricing.engine.rules import Benefit
from pricing.wording import clauses, list_text, money_text, say

LONGEST_NAME = 120
NAMES_LISTED = 12


def rule_sentences(terms: Terms) -> list[str]:
    """Return every tier and every condition as a sentence in the reader's language. Raises WrongParams.

    The prices of single SKUs, which may be very many, are in no sentence, so they are not read.
    """
    benefit = benefit_of(terms, NONE_NAMED)
    rules, names = [*_each_tier(benefit), *conditions_of(terms)], names_for_staff([terms])
    return [capfirst(say(asked(rule, names))) for rule in rules]


def _each_tier(benefit: Benefit) -> list[Benefit]:
    tiers = getattr(benefit, "tiers", ())
    return [replace(benefit, tiers=(tier,)) for tier in tiers] or [benefit]


def stacking_sentence(terms: Terms) -> str:
    """Return the three answers as one sentence; what is not answered is said to be open."""
    names = {
        gettext("shop offers"): terms.with_shop_offers,
        gettext("platform activities"): terms.with_platform_activities,
        gettext("coupons"): terms.with_coupons,
    }
    parts = [
        _listed(gettext("combines with %(names)s"), [name for name, answer in names.items() if answer]),
        _listed(gettext("not with %(names)s"), [name for name, answer in names.items() if answer is False]),
        _listed(gettext("not answered: %(names)s"), [name for name, answer in names.items() if answer is None]),
    ]
    return capfirst(clauses(part for part in parts if part))


def proposed_name(terms: Terms) -> str:
    """Return a name made of the rule, and of the goods where they have one name. Raises WrongParams."""
    if prices_each_sku(terms):
        return gettext("Flash sale")
    benefit = benefit_of(terms, NONE_NAMED)
    tiers = [_without_signs(say(asked(rule))) for rule in _each_tier(benefit)]
    goods = [str(row) for row in terms.scopes.all() if not row.excluded]
    has_one_name = len(goods) == 1 and not terms.everything and not names_skus(terms)
    for told in (gettext(", ").join(tiers), tiers[-1]):
        name = gettext("%(goods)s: %(rule)s") % {"goods": goods[0], "rule": told} if has_one_name else capfirst(told)
        if len(name) <= LONGEST_NAME:
            return name
    return capfirst(tiers[-1])[:LONGEST_NAME]


def _without_signs(sentence: str) -> str:
    """满¥300减¥50 is read and written 满300减50, 第2件5折 is 第2件半价; what stands in brackets only explains."""
    return re.sub(r"(?<=[满减])[¥￥]|（[^）]*）", "", sentence).replace("件5折", "件半价")


def moment(at: Any) -> str:
    """Return a time in the site's time zone; with seconds where somebody has set them."""
    local = timezone.localtime(at)
    return date_format(local, "Y-m-d H:i:s" if local.second else "Y-m-d H:i")


def range_text(least_cents: int | None, most_cents: int | None) -> str:
    """Return a range of list prices; None = no end."""
    if least_cents is None and most_cents is None:
        return gettext("any")
    if most_cents is None:
        return gettext("from %(least)s") % {"least": money_text(least_cents or 0)}
    if least_cents is None:
        return gettext("up to %(most)s") % {"most": money_text(most_cents)}
    return gettext("%(least)s to %(most)s") % {"least": money_text(least_cents), "most": money_text(most_cents)}


def shortened(names: Sequence[str], count: int | None = None) -> str:
    """Return the first names and how many more there are; `count`: of how many these are the first."""
    more = (len(names) if count is None else count) - NAMES_LISTED
    first = list_text(names[:NAMES_LISTED])
    return first if more <= 0 else gettext("%(listed)s and %(more)s more") % {"listed": first, "more": more}


def _listed(sentence: str, names: list[str]) -> str:
    return sentence % {"names": list_text(names)} if names else ""
