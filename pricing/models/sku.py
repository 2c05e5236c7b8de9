"""The sellable unit: the only thing that a price is put on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import in_reader_language

HIGHEST_PRICE_CENTS = 10_000_000_000


class Sku(models.Model):
    """One variant of a product, with its list price, cost and floor for one unit."""

    product = models.ForeignKey("pricing.Product", models.PROTECT, related_name="skus", verbose_name=_("product"))
    code = models.CharField(_("SKU code"), max_length=64, unique=True)
    option = models.CharField(_("option"), max_length=60, blank=True, default="")
    option_zh = models.CharField(_("Chinese option"), max_length=60, blank=True, default="")
    list_cents = models.PositiveBigIntegerField(_("list price"))
    cost_cents = models.PositiveBigIntegerField(_("cost"), null=True, blank=True)
    floor_cents = models.PositiveBigIntegerField(
        _("price floor"), default=0, help_text=_("No promotion takes one unit below this price.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        constraints = [
            models.CheckConstraint(
                condition=Q(list_cents__gt=0, list_cents__lte=HIGHEST_PRICE_CENTS), name="sku_list_price_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    @property
    def local_option(self) -> str:
        return in_reader_language(self.option, self.option_zh)

    @property
    def local_name(self) -> str:
        option = self.local_option
        return f"{self.product.local_name} · {option}" if option else self.product.local_name
