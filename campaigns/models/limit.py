"""Personal limits: how much of a campaign one customer has used."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LimitUse(models.Model):
    """Pieces and orders of one customer in one campaign and period ("all", or a day such as 2026-11-11)."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    period = models.CharField(_("period"), max_length=10, default="all")
    used_units = models.PositiveIntegerField(_("pieces"), default=0)
    used_orders = models.PositiveIntegerField(_("orders"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer", "period"], name="one_limit_use_per_period")
        ]

    def __str__(self) -> str:
        return f"{self.used_units} / {self.used_orders}"


class SkuLimitUse(models.Model):
    """Pieces of a SKU with a limit of its own that one customer has bought in one campaign and period."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    period = models.CharField(_("period"), max_length=10, default="all")
    used_units = models.PositiveIntegerField(_("pieces"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "customer", "sku", "period"], name="one_sku_limit_use_per_period"
            )
        ]

    def __str__(self) -> str:
        return str(self.used_units)
