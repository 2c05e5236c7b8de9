"""Activity stock: how many units a campaign may still sell, spread over buckets, with its ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StockBucket(models.Model):
    """A part of the activity stock of one SKU (or of the whole campaign, without SKU).

    Counters hang on (campaign, SKU) and survive revisions. A hot SKU has several buckets, so that buyers do
    not queue for one row; what counts is their sum.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="stock_buckets")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+", null=True, blank=True)
    bucket = models.PositiveSmallIntegerField(_("bucket"), default=0)
    total = models.PositiveIntegerField(_("total"))
    used = models.PositiveIntegerField(_("used"), default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("stock bucket")
        verbose_name_plural = _("stock buckets")
        constraints = [
            models.CheckConstraint(condition=Q(used__lte=F("total")), name="stock_is_never_oversold"),
            models.UniqueConstraint(
                fields=["campaign", "sku", "bucket"], nulls_distinct=False, name="one_row_per_stock_bucket"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.total}"


class StockEntry(models.Model):
    """Units taken (+) or given back (-) by one order line, refund or cancellation (append-only)."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+", null=True)
    source = models.CharField(_("source"), max_length=80)
    units = models.IntegerField(_("units"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "sku", "source"], nulls_distinct=False, name="one_stock_entry_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.units:+d} {self.source}"
