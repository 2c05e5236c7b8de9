"""What is at stake with a revision, in a few lines for whoever decides: how deep, how much, how long."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin.acts import Standing
from campaigns.admin.approvals import reasons_shown
from campaigns.commands.review import Review
from campaigns.commands.second_approver import over_limit
from campaigns.selectors.review_limits import limit_in_force
from pricing.engine.messages import Message
from pricing.wording import money_text, plain_percent, say

NOTHING = ""


@dataclass(frozen=True, slots=True)
class Stake:
    """One figure; `beyond` says by how much it is above what one approver may let pass, empty if it is not."""

    label: str
    text: str
    beyond: str = NOTHING


def stakes_shown(review: Review, revision: Any) -> list[Stake]:
    """Return depth, budget and length of a revision, each held against the limits in force."""
    stakes, limit = review.stakes_of(revision), limit_in_force(review.kind)
    over = {_figure_of(reason): say(reason) for reason in over_limit(stakes, limit)}
    shown = []
    if depth := stakes.depth:
        prices = {"list": money_text(depth.list_cents), "net": money_text(depth.list_cents - depth.off_cents)}
        text = _("%(percent)s %% off: %(goods)s for %(net)s instead of %(list)s")
        figures = {"percent": plain_percent(depth.bp), "goods": depth.witness, **prices}
        shown.append(Stake(_("Deepest cut by itself"), text % figures, over.get("depth", NOTHING)))
    budget = _("unlimited") if stakes.budget_cents is None else money_text(stakes.budget_cents)
    shown.append(Stake(_("At most to be given away"), budget, over.get("budget", NOTHING)))
    if (starts_at := getattr(revision, "starts_at", None)) is not None:
        hours = round((revision.ends_at - starts_at).total_seconds() / 3600)
        shown.append(Stake(_("Length"), _length(hours)))
    return shown


def _figure_of(reason: Message) -> str:
    return "depth" if "depth" in reason.figures else "budget"


def _length(hours: int) -> str:
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def for_the_decision(review: Review, standing: Standing) -> dict[str, Any]:
    """Return what a page shows to whoever decides: why two are needed, what is at stake, the way to reject."""
    revision = standing.open_revision
    reject_url = reverse(f"admin:{review.kind.replace('.', '_')}_act", args=[standing.subject.pk, "reject"])
    return {
        "second_reasons": reasons_shown(revision),
        "stakes": stakes_shown(review, revision) if revision else [],
        "reject_attrs": {"formaction": reject_url},
    }
