"""What a template's budget consists of: every entry, and their sums."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from coupons.models import BudgetMove, TemplateBudgetEntry


@dataclass(frozen=True, slots=True)
class MoveSum:
    """How many entries of one kind a budget has, and their sum in cents: what they take (+) or give back (-)."""

    move: BudgetMove
    count: int
    cents: int


def sums_by_move(*, template_id: int) -> list[MoveSum]:
    """Return the sums of a template's entries; together they are what the budget holds. One query."""
    rows = TemplateBudgetEntry.objects.filter(template=template_id).order_by().values_list("move")
    found = {move: (count, cents) for move, count, cents in rows.annotate(Count("pk"), Sum("amount_cents"))}
    return [MoveSum(move, *found[move]) for move in BudgetMove if move in found]


def entries_of(*, template_id: int, before: int | None = None) -> QuerySet[TemplateBudgetEntry]:
    """Return a template's entries with their coupons, newest first; `before` an entry's id, if given."""
    entries = TemplateBudgetEntry.objects.filter(template=template_id).select_related("coupon").order_by("-pk")
    return entries if before is None else entries.filter(pk__lt=before)
