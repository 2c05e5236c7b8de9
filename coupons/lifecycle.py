"""States and moves of templates and claim campaigns (reviewed things) and of coupons.

Expired is no state of a coupon: it is `valid_until <= now`. A lock past its deadline counts as free.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import MOVES as REVIEWED_MOVES
from campaigns.lifecycle import CampaignState as ReviewedState

__all__ = ["COUPON_MOVES", "REVIEWED_MOVES", "CouponState", "ReviewedState"]


class CouponState(models.TextChoices):
    UNUSED = "unused", _("unused")
    LOCKED = "locked", _("awaiting payment")
    USED = "used", _("used")
    RECALLED = "recalled", _("recalled")


_C = CouponState

COUPON_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "lock": (frozenset({_C.UNUSED}), _C.LOCKED),
    "use": (frozenset({_C.LOCKED}), _C.USED),
    "release": (frozenset({_C.LOCKED}), _C.UNUSED),
    "return": (frozenset({_C.USED}), _C.UNUSED),
    "recall": (frozenset({_C.UNUSED}), _C.RECALLED),
}
