"""What a shopper means to buy, and the choices that the engine is told."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_UNITS = 9_999


class Cart(models.Model):
    """One cart per customer, or per visitor (by token) before sign-in; it holds no price.

    `picked_coupons`: none means "choose the best for me"; a list means exactly these coupons.
    `picked_gifts`: the SKU codes picked of each offer that lets choose, by offer id.
    """

    customer = models.OneToOneField(
        "campaigns.Customer", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("customer")
    )
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    region = models.CharField(_("region"), max_length=64, blank=True, default="")
    picked_coupons = ArrayField(models.BigIntegerField(), null=True, blank=True)
    picked_gifts = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        permissions = [("quote_customer", "Can have prices quoted for a customer by code")]

    def __str__(self) -> str:
        return str(self.token)


class CartLine(models.Model):
    """Units of one SKU in a cart."""

    cart = models.ForeignKey("storefront.Cart", models.CASCADE, related_name="lines")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"))
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "sku"], name="one_cart_line_per_sku"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_UNITS), name="cart_quantity_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
