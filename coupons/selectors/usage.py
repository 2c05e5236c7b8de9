"""How far have templates and claim campaigns come? Figures for lists and pages of the back office."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from coupons.lifecycle import CouponState
from coupons.models import Coupon


@dataclass(frozen=True, slots=True)
class Usage:
    """How many coupons have been issued, and how many of them are used."""

    issued: int = 0
    used: int = 0


def usage_of(ids: Collection[int], *, key: str) -> dict[int, Usage]:
    """Return the usage of each; `key` ("template" or "claim_campaign") says what the ids are. One query."""
    coupons = Coupon.objects.filter(**{f"{key}__in": ids}).order_by().values_list(key)
    counted = coupons.annotate(issued=Count("pk"), used=Count("pk", filter=Q(state=CouponState.USED)))
    return dict.fromkeys(ids, Usage()) | {pk: Usage(issued, used) for pk, issued, used in counted}
