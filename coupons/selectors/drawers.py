"""The wallet page: a customer's coupons by what can be done with them, one page at a time however many there are."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, OrderBy, Q, QuerySet, Value, When

from campaigns.models import Customer
from coupons.lifecycle import CouponState
from coupons.models import Coupon, CouponEvent
from coupons.selectors.wallet import is_locked, kept

ENDS_SOON = timedelta(days=3)
DRAWERS = ("unused", "awaiting_payment", "used", "expired", "recalled")
SORTS = ("", "new", "worth")


def drawer_of(coupon: Coupon, *, at: datetime) -> str:
    """Return where a coupon lies in the wallet: state and clock together."""
    if coupon.state in (CouponState.USED, CouponState.RECALLED):
        return coupon.state
    if is_locked(coupon, at=at):
        return "awaiting_payment"
    return "expired" if coupon.valid_until <= at else "unused"


def drawer_counts(*, customer: Customer | int, at: datetime) -> dict[str, int]:
    """Return how many coupons of a customer, or of the one with this id, lie in each drawer. One query."""
    counted = {name: Count("pk", filter=lies_in(name, at)) for name in DRAWERS}
    return Coupon.objects.filter(customer=customer).aggregate(**counted)


def coupons_in(
    drawer: str, *, customer: Customer, at: datetime, words: str = "", soon: bool = False, sort: str = ""
) -> QuerySet[Coupon]:
    """Return the coupons of one drawer with revision and shop: usable ones by their end, past ones newest first.

    `words`: all of them occur in the name or in that of the shop. `soon`: only what is about to expire. `sort`: "new"
    by their issue, "worth" by what they can take off at most.
    """
    found = Coupon.objects.filter(lies_in(drawer, at), customer=customer)
    for word in words.split():
        found = found.filter(
            Q(revision__name__icontains=word)
            | Q(revision__name_zh__icontains=word)
            | Q(template__shop__name__icontains=word)
            | Q(template__shop__name_zh__icontains=word)
        )
    if soon:
        found = found.filter(valid_until__lte=at + ENDS_SOON)
    return found.select_related("template__shop", "revision").order_by(*_order(drawer, sort), "-pk")


def ends_soon(coupon: Coupon, *, at: datetime) -> bool:
    """Whether a usable coupon should be marked as about to expire."""
    return at < coupon.valid_until <= at + ENDS_SOON


def nearest_to_use(templates: Collection[int], *, customer: Customer, at: datetime) -> QuerySet[Coupon]:
    """Return one coupon of each template: a usable one before what an order keeps, then what is past, newest first."""
    turn = Case(*(When(lies_in(name, at), then=Value(number)) for number, name in enumerate(DRAWERS)))
    mine = Coupon.objects.filter(customer=customer, template__in=templates).annotate(turn=turn)
    return mine.order_by("template_id", "turn", "-pk").distinct("template_id")


def recall_reasons(coupons: Collection[Coupon]) -> dict[int, str]:
    """Return why coupons were taken back, by coupon id. One query, none where nothing was."""
    recalled = [coupon.pk for coupon in coupons if coupon.state == CouponState.RECALLED]
    if not recalled:
        return {}
    steps = CouponEvent.objects.filter(coupon__in=recalled, move="recall").order_by("pk")
    return dict(steps.values_list("coupon", "reason"))


def lies_in(drawer: str, at: datetime) -> Q:
    """`drawer_of` as a condition."""
    free = Q(state=CouponState.UNUSED) | Q(state=CouponState.LOCKED, lock_deadline__lte=at)
    return {
        "unused": free & Q(valid_until__gt=at),
        "awaiting_payment": kept(at),
        "used": Q(state=CouponState.USED),
        "expired": free & Q(valid_until__lte=at),
        "recalled": Q(state=CouponState.RECALLED),
    }[drawer]


def _order(drawer: str, sort: str) -> tuple[Any, ...]:
    if sort == "new":
        return ("-issued_at",)
    if sort == "worth":
        return ("-revision__face_cents", "valid_until")
    usual: dict[str, tuple[str | OrderBy, ...]] = {
        "used": (F("used_at").desc(nulls_last=True),),
        "expired": ("-valid_until",),
        "recalled": ("-issued_at",),
    }
    return usual.get(drawer, ("valid_until",))
