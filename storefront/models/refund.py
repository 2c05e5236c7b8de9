"""Refunds: what is given back for which units, decided once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.wording import money_text
from storefront.lifecycle import RefundState


class Fault(models.TextChoices):
    SHOPPER = "shopper", _("changed my mind")
    SELLER = "seller", _("wrong or damaged goods")


class Goods(models.TextChoices):
    """Where the goods of a refund go; decided by whoever approves it."""

    SHELF = "shelf", _("back on the shelf")
    WRITTEN_OFF = "written_off", _("written off")


class Refund(models.Model):
    """A request for money back; nothing moves before it is approved. Amounts in cents.

    One request of an order waits at a time, so that the amount shown is the amount paid. `repriced`: the goods kept
    were priced again, and discounts moved or went; `not_collected_cents` of them is more than the refund could bear.
    `deducted_cents`: what coupons take off it that the order had earned, earns no more, and that are in use; decided
    anew with the approval. `shown_cents`: the amount that was asked for, whatever the approval makes of it.
    """

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="refunds", verbose_name=_("order"))
    request_key = models.UUIDField(editable=False)
    state = models.CharField(_("state"), max_length=16, choices=RefundState, default=RefundState.REQUESTED)
    fault = models.CharField(_("party at fault"), max_length=8, choices=Fault, default=Fault.SHOPPER)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    goods_cents = models.PositiveBigIntegerField(_("for goods"))
    shipping_cents = models.PositiveBigIntegerField(_("for shipping"), default=0)
    deducted_cents = models.PositiveBigIntegerField(_("for spent coupons"), default=0)
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    shown_cents = models.PositiveBigIntegerField(_("amount asked for"))
    repriced = models.BooleanField(_("goods kept priced again"), default=False)
    not_collected_cents = models.PositiveBigIntegerField(_("not collected"), default=0)
    goods = models.CharField(_("goods"), max_length=12, choices=Goods, default=Goods.SHELF)
    requested_at = models.DateTimeField(_("requested at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decision_note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        permissions = [("approve_refund", "Can approve or reject a refund")]
        constraints = [
            models.UniqueConstraint(fields=["order", "request_key"], name="one_refund_per_request"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=RefundState.REQUESTED), name="one_waiting_refund_per_order"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_cents=models.F("goods_cents") + models.F("shipping_cents") - models.F("deducted_cents")
                ),
                name="refund_amount_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {money_text(self.amount_cents)}"


class RefundLine(models.Model):
    """Units of one order line that come back, and the money for them.

    Where the goods kept are priced again, a line of which nothing comes back has a row, too: below zero for a
    discount that it loses, above for one that it gains.
    """

    refund = models.ForeignKey("storefront.Refund", models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("storefront.OrderLine", models.PROTECT, related_name="refund_lines")
    units = models.PositiveIntegerField(_("units"))
    amount_cents = models.BigIntegerField(_("amount"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_line"], name="one_refund_line_per_order_line"),
            models.CheckConstraint(
                condition=Q(units__gte=1) | ~Q(amount_cents=0), name="refund_line_has_units_or_an_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.order_line}"


class RefundShipping(models.Model):
    """Shipping paid for one shop that comes back with its last unit."""

    refund = models.ForeignKey("storefront.Refund", models.PROTECT, related_name="shipping")
    order_shipping = models.ForeignKey("storefront.OrderShipping", models.PROTECT, related_name="refunds")
    amount_cents = models.PositiveBigIntegerField(_("amount"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_shipping"], name="one_shipping_refund_per_shop")
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents}"
