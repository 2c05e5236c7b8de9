"""What do the conflict reports say, and do they still hold?"""

from datetime import datetime

from django.db.models import Q, QuerySet

from campaigns.models import CampaignRevision, ConflictLimits, ConflictReport, ConflictRow


def conflict_limits() -> ConflictLimits:
    """Return the limits as they are set, or as they are to begin with. One query."""
    return ConflictLimits.objects.order_by("-pk").first() or ConflictLimits()


def limits_for(revision: CampaignRevision) -> ConflictLimits:
    """Return the limits that a revision is held against: of what was handed in the strictest since. Two queries."""
    return strictest_limits_since(revision.submitted_at) if revision.submitted_at else conflict_limits()


def strictest_limits_since(moment: datetime) -> ConflictLimits:
    """Return the limits that were in force at a moment, with whatever was stricter since. Two queries.

    Nobody lets something pass alone by easing the limits while it waits.
    """
    before = ConflictLimits.objects.filter(Q(at=None) | Q(at__lte=moment)).order_by("-pk").first() or ConflictLimits()
    every = [before, *ConflictLimits.objects.filter(at__gt=moment)]
    margins = [limits.least_margin_bp for limits in every if limits.least_margin_bp is not None]
    return ConflictLimits(
        deepest_off_bp=min(limits.deepest_off_bp for limits in every), least_margin_bp=max(margins, default=None)
    )


def latest_report(revision: CampaignRevision) -> ConflictReport | None:
    """Return the last report that was completed for a revision. One query."""
    return revision.conflict_reports.filter(finished_at__isnull=False).first()


def rows_beyond(report: ConflictReport, limits: ConflictLimits) -> QuerySet[ConflictRow]:
    """Return the rows that a second approver has to accept: too deep, or below cost, floor or the lowest margin."""
    return report.rows.filter(too_deep(limits) | Q(loss_cents__gt=0) | Q(below_floor=True) | below_margin(limits))


def too_deep(limits: ConflictLimits) -> Q:
    """Return the filter of the rows that are deeper than allowed."""
    return Q(off_bp__gt=limits.deepest_off_bp)


def below_margin(limits: ConflictLimits) -> Q:
    """Return the filter of the rows below the lowest margin; none where no margin is set."""
    return Q(pk__in=[]) if limits.least_margin_bp is None else Q(margin_bp__lt=limits.least_margin_bp)


def matching(words: str) -> Q:
    """Return the filter of the rows whose SKU or product holds all of these words, in either language."""
    found = Q()
    for word in words.split():
        names = ("sku__code", "sku__option", "sku__option_zh", "sku__product__name", "sku__product__name_zh")
        held = Q()
        for name in names:
            held |= Q(**{f"{name}__icontains": word})
        found &= held
    return found
