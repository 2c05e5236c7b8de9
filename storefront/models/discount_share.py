"""Who gave which discount on which line, frozen from the Quote; and what was taken back of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DiscountShare(models.Model):
    """The part of one offer's discount that one line (or one shop's shipping) carries and one funder pays.

    Append-only. `sequence` is the order of computing within the line: refund arithmetic depends on it. `refund` is
    the one that moved the discount to goods that are kept, none for the shares of the order as it was placed.
    """

    order_line = models.ForeignKey("storefront.OrderLine", models.PROTECT, related_name="shares", null=True)
    order_shipping = models.ForeignKey("storefront.OrderShipping", models.PROTECT, related_name="shares", null=True)
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    campaign_revision = models.ForeignKey("campaigns.CampaignRevision", models.PROTECT, related_name="+", null=True)
    coupon = models.ForeignKey("coupons.Coupon", models.PROTECT, related_name="+", null=True)
    layer = models.CharField(_("layer"), max_length=16)
    funder = models.CharField(_("funder"), max_length=32)
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    refund = models.ForeignKey("storefront.Refund", models.PROTECT, related_name="shares", null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("discount share")
        verbose_name_plural = _("discount shares")
        constraints = [
            models.UniqueConstraint(
                fields=["order_line", "order_shipping", "sequence"],
                nulls_distinct=False,
                name="one_share_per_sequence",
            ),
            models.CheckConstraint(
                condition=Q(order_line__isnull=False, order_shipping=None)
                | Q(order_line=None, order_shipping__isnull=False),
                name="share_belongs_to_a_line_or_to_shipping",
            ),
            models.CheckConstraint(
                condition=Q(campaign_revision__isnull=False, coupon=None)
                | Q(campaign_revision=None, coupon__isnull=False),
                name="share_comes_from_a_campaign_or_a_coupon",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.funder}"


class ShareReversal(models.Model):
    """What a refund or cancellation takes back of a share (append-only; never above the share)."""

    share = models.ForeignKey("storefront.DiscountShare", models.PROTECT, related_name="reversals")
    refund = models.ForeignKey("storefront.Refund", models.PROTECT, related_name="reversals", null=True)
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("share reversal")
        verbose_name_plural = _("share reversals")
        constraints = [
            # No refund means the cancellation of the unpaid order: once per share.
            models.UniqueConstraint(fields=["share", "refund"], nulls_distinct=False, name="one_reversal_per_refund")
        ]

    def __str__(self) -> str:
        return f"-{self.amount_cents}"
