"""An order: the Quote as it was agreed to, written down verbatim."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Transition
from pricing.models.naming import in_reader_language
from storefront.lifecycle import OrderState


class Source(models.TextChoices):
    WEB = "web", _("shop")
    IMPORT = "import", _("imported")


class Order(models.Model):
    """Totals in cents; `key` is the business key under which it was placed, `number` what people read.

    `document` is the engine's input and answer in wire form, narrowed to this cart: any price can be
    reproduced from it. `request_hash` tells a repeated request from another one under the same key.
    """

    number = models.CharField(_("order number"), max_length=40, unique=True)
    key = models.UUIDField(unique=True, editable=False)
    customer = models.ForeignKey(
        "campaigns.Customer", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("customer")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.WEB)
    state = models.CharField(
        _("state"), max_length=20, choices=OrderState, default=OrderState.AWAITING_PAYMENT, editable=False
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    channel = models.CharField(_("channel"), max_length=16, default="web")
    region = models.CharField(_("region"), max_length=64, blank=True, default="")
    list_cents = models.PositiveBigIntegerField(_("list price"))
    discount_cents = models.PositiveBigIntegerField(_("discount"), default=0)
    shipping_fee_cents = models.PositiveBigIntegerField(_("shipping fee"), default=0)
    shipping_discount_cents = models.PositiveBigIntegerField(_("shipping discount"), default=0)
    total_cents = models.PositiveBigIntegerField(_("total"))
    refunded_cents = models.PositiveBigIntegerField(_("refunded"), default=0)
    placed_at = models.DateTimeField(_("placed at"))
    pay_by = models.DateTimeField(_("pay by"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True, default="")
    request_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    document = models.JSONField(_("price document"), default=dict, blank=True)
    recipient = models.JSONField(_("recipient"), default=dict, blank=True)

    class Meta:
        ordering = ["-placed_at", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [("cancel_order", "Can cancel an order that is not paid")]
        indexes = [
            models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["pay_by"], name="order_unpaid", condition=Q(state=OrderState.AWAITING_PAYMENT)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(discount_cents__lte=F("list_cents")), name="order_net_not_negative"),
            models.CheckConstraint(
                condition=Q(shipping_discount_cents__lte=F("shipping_fee_cents")), name="order_shipping_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(
                    total_cents=F("list_cents")
                    - F("discount_cents")
                    + F("shipping_fee_cents")
                    - F("shipping_discount_cents")
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("total_cents")), name="order_refunded_at_most_paid"
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.PAID, paid_at__isnull=False)
                | (~Q(state=OrderState.PAID) & Q(paid_at__isnull=True)),
                name="order_paid_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderTransition(Transition):
    subject = models.ForeignKey("storefront.Order", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("order transition")
        verbose_name_plural = _("order transitions")

    def __str__(self) -> str:
        return f"{OrderState(self.source).label} → {OrderState(self.target).label}"


class OrderLine(models.Model):
    """One line (or segment) of the Quote; names, list price and cost are frozen at the time of the order.

    `refunded_cents` is below zero where goods that are kept have lost a discount to the return of others.
    """

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("position"))
    key = models.CharField(max_length=255)
    shop = models.ForeignKey("pricing.Shop", models.PROTECT, related_name="+")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True, default="")
    quantity = models.PositiveIntegerField(_("quantity"))
    list_cents = models.PositiveBigIntegerField(_("list price of one unit"))
    cost_cents = models.PositiveBigIntegerField(_("cost of one unit"), null=True, blank=True)
    net_cents = models.PositiveBigIntegerField(_("net of all units"))
    returned = models.PositiveIntegerField(_("units returned"), default=0)
    refunded_cents = models.BigIntegerField(_("refunded"), default=0)

    class Meta:
        ordering = ["order", "position"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_order_line_per_position"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_has_units"),
            models.CheckConstraint(
                condition=Q(net_cents__lte=F("list_cents") * F("quantity")), name="order_line_net_at_most_list"
            ),
            models.CheckConstraint(condition=Q(returned__lte=F("quantity")), name="returned_at_most_bought"),
            models.CheckConstraint(condition=Q(refunded_cents__lte=F("net_cents")), name="refunded_at_most_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.local_name}"

    @property
    def local_name(self) -> str:
        return in_reader_language(self.name, self.name_zh)

    @property
    def list_total_cents(self) -> int:
        return self.list_cents * self.quantity


class OrderShipping(models.Model):
    """The shipping fee of one shop in an order."""

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="shipping")
    shop = models.ForeignKey("pricing.Shop", models.PROTECT, related_name="+")
    fee_cents = models.PositiveBigIntegerField(_("fee"))
    net_cents = models.PositiveBigIntegerField(_("net"))
    refunded_cents = models.PositiveBigIntegerField(_("refunded"), default=0)

    class Meta:
        ordering = ["order", "shop"]
        constraints = [
            models.UniqueConstraint(fields=["order", "shop"], name="one_shipping_fee_per_shop"),
            models.CheckConstraint(condition=Q(net_cents__lte=F("fee_cents")), name="shipping_net_at_most_fee"),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("net_cents")), name="shipping_refunded_at_most_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.shop}"
