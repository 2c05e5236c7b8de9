"""Activity stock: how many units a campaign may still sell, spread over buckets, with its ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StockBucket(models.Model):
    """A part of the activity stock of one SKU (or of the whole campaign, without SKU).

    Counters hang on (campaign, SKU) and survive revisions. A hot SKU has several buckets, so that buyers do
    not queue for one row; what counts is their sum. Where `is_backed`, every unit that is left stands for a piece
    in the house that nobody else can buy (pricing.OnHandStock counts only what is free).
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="stock_buckets")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+", null=True, blank=True)
    bucket = models.PositiveSmallIntegerField(_("bucket"), default=0)
    total = models.PositiveIntegerField(_("total"))
    used = models.PositiveIntegerField(_("used"), default=0)
    is_backed = models.BooleanField(_("backed by reserved pieces"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("stock bucket")
        verbose_name_plural = _("stock buckets")
        indexes = [models.Index(fields=["campaign"], condition=Q(is_backed=True), name="backed_buckets")]
        constraints = [
            models.CheckConstraint(condition=Q(used__lte=F("total")), name="stock_is_never_oversold"),
            models.CheckConstraint(condition=Q(is_backed=False) | Q(sku__isnull=False), name="pieces_of_a_sku_back"),
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
