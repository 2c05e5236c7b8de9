"""States and moves of orders and refunds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("refunded")
    REJECTED = "rejected", _("rejected")


ORDER_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "pay": (frozenset({OrderState.AWAITING_PAYMENT}), OrderState.PAID),
    "cancel": (frozenset({OrderState.AWAITING_PAYMENT}), OrderState.CANCELLED),
}

REFUND_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "approve": (frozenset({RefundState.REQUESTED}), RefundState.APPROVED),
    "reject": (frozenset({RefundState.REQUESTED}), RefundState.REJECTED),
}
