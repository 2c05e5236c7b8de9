"""Gift stock: how many units of each gift a campaign has given and may give, with its ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class GiftStock(models.Model):
    """One row for every gift of a campaign that was ever approved; without `total` it is not limited.

    Where `is_backed`, every gift that is left stands for a reserved piece, as in StockBucket.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="gift_stock")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    used = models.PositiveIntegerField(_("used"), default=0)
    is_backed = models.BooleanField(_("backed by reserved pieces"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("gift stock")
        verbose_name_plural = _("gift stock")
        constraints = [
            models.CheckConstraint(condition=Q(total=None) | Q(used__lte=F("total")), name="gifts_never_run_over"),
            models.CheckConstraint(
                condition=Q(is_backed=False) | Q(total__isnull=False), name="limited_gifts_are_backed"
            ),
            models.UniqueConstraint(fields=["campaign", "sku"], name="one_row_per_gift"),
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.total}"


class GiftEntry(models.Model):
    """Units given (+) by an order or given back (-) by its cancellation (append-only)."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=80)
    units = models.IntegerField(_("units"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "sku", "source"], name="one_gift_entry_per_source")]

    def __str__(self) -> str:
        return f"{self.units:+d} {self.source}"
