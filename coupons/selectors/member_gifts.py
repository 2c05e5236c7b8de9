"""Gifts to members: which count at a moment, whose birthday a day is, and what has come of them."""

from calendar import isleap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from coupons.lifecycle import ReviewedState
from coupons.models import GiftDue, MemberGift, Occasion


@dataclass(frozen=True, slots=True)
class Figures:
    """Occasions of a gift: given, refused, and still to be given."""

    given: int = 0
    refused: int = 0
    waiting: int = 0


def gifts_for(occasion: str, *, at: datetime) -> QuerySet[MemberGift]:
    """Return the gifts for an occasion that happens now. One query."""
    approved = MemberGift.objects.filter(occasion=occasion, state=ReviewedState.APPROVED)
    return approved.filter(current_revision__starts_at__lte=at, current_revision__ends_at__gt=at).order_by("pk")


def birthday_gifts(*, at: datetime) -> QuerySet[MemberGift]:
    """Return the gifts for birthdays that have begun and are not paused or stopped; when they end is the caller's.

    One query.
    """
    approved = MemberGift.objects.filter(occasion=Occasion.BIRTHDAY, state=ReviewedState.APPROVED)
    return approved.filter(current_revision__starts_at__lte=at).select_related("current_revision").order_by("pk")


def birthdays_of(day: date) -> list[tuple[int, int]]:
    """Return the birthdays (month, day) that are kept on a day.

    Who was born on 29 February keeps it on 28 February in a year without one, so that the gift is never late.
    """
    kept = [(day.month, day.day)]
    if kept == [(2, 28)] and not isleap(day.year):
        kept.append((2, 29))
    return kept


def figures_of_gifts(gift_ids: Collection[int]) -> dict[int, Figures]:
    """Return what has come of these gifts. One query."""
    dues = GiftDue.objects.filter(gift__in=gift_ids).order_by().values("gift")
    counted = dues.annotate(
        given=Count("pk", filter=Q(coupon__isnull=False)),
        bad=Count("pk", filter=~Q(refused="")),
        waiting=Count("pk", filter=Q(coupon=None, refused="")),
    )
    return {row["gift"]: Figures(row["given"], row["bad"], row["waiting"]) for row in counted}
