"""A shop: the owner of products and of shop promotions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named


class Shop(Named):
    """One seller on the site; the site itself (the platform) is no Shop."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    shipping_fee_cents = models.PositiveBigIntegerField(_("shipping fee"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        constraints = [
            # The word names the other kind of owner and funder in every discount share.
            models.CheckConstraint(condition=~models.Q(code="platform"), name="no_shop_is_called_platform"),
        ]
