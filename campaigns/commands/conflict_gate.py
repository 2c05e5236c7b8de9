"""No campaign is approved without an up-to-date conflict report, and two people approve what goes beyond its limits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.commands.second_approver import second_approver_rule
from campaigns.commands.transitions import MoveRefused
from campaigns.conflicts.freshness import Age, standing_of
from campaigns.models import CampaignRevision, ConflictLimits, ConflictReport, ReviewState
from campaigns.selectors.conflicts import limits_for, rows_beyond
from pricing.engine.messages import N_, Message
from pricing.wording import plain_percent

APPROVING = 7_263_002  # an advisory lock: what one approval puts in force, the report of the next one must know

NEEDED = {
    Age.MISSING: N_("There is no conflict report on this version yet: wait for it, or make it, and approve then."),
    Age.DRAFT_CHANGED: N_("The conflict report is about an older version: make it anew, and approve then."),
    Age.OFFERS_CHANGED: N_(
        "Other offers of this period have changed since the conflict report: make it anew, look, and approve then."
    ),
    Age.GOODS_CHANGED: N_(
        "Prices or costs have changed since the conflict report: make it anew, look, and approve then."
    ),
}


class ReportNeeded(MoveRefused):
    """What is to be approved has no conflict report that holds."""


@second_approver_rule
def beyond_limits(revision: Any, at: datetime) -> Iterator[Message]:
    """Yield the reason for a second approver, naming the report, if prices go beyond the limits.

    Raises ReportNeeded where a campaign in review has no report that holds.
    """
    is_decided = revision.review == ReviewState.IN_REVIEW
    if is_decided:
        _one_after_the_other()
    if not isinstance(revision, CampaignRevision):
        return
    standing = standing_of(revision, at=at)
    if standing.report and standing.is_current:
        yield from reasons_in(standing.report, limits_for(revision))
    elif is_decided:
        raise ReportNeeded(NEEDED[standing.age])


def check_seen(*, revision_id: int, at: datetime) -> None:
    """Raise ReportNeeded where one person has approved and the report has aged since: the second one has to look.

    A report that is made while approving would put in force what nobody has seen.
    """
    revision = CampaignRevision.objects.filter(pk=revision_id, review=ReviewState.IN_REVIEW).first()
    if revision is None or not revision.approvals.exists():
        return
    standing = standing_of(revision, at=at)
    if not standing.is_current:
        raise ReportNeeded(NEEDED[standing.age])


def reasons_in(report: ConflictReport, limits: ConflictLimits) -> Iterator[Message]:
    """Yield why a report asks for a second approver under these limits: one reason, with the worst price."""
    beyond = rows_beyond(report, limits)
    worst = beyond.select_related("sku").first()
    if worst is None:
        return
    figures = {
        "report": report.pk,
        "count": beyond.count(),
        "sku": worst.sku.code,
        "price_cents": worst.unit_cents,
        "off": plain_percent(max(0, worst.off_bp)),
    }
    text = N_(
        "Conflict report %(report)s: %(count)s prices go beyond the limits, the worst is %(sku)s at %(price_cents)s, "
        "%(off)s %% off."
    )
    yield Message(text, figures)


def _one_after_the_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPROVING])
