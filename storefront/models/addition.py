"""What an order got besides its price, as the Quote said: gifts at 0, and coupons for a later order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coupons.lifecycle import CouponState
from pricing.models.naming import in_reader_language


class OrderGift(models.Model):
    """Units of a SKU at 0 through one campaign; `value_cents` for all of them and cost as they were at that time."""

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="gifts")
    campaign_revision = models.ForeignKey("campaigns.CampaignRevision", models.PROTECT, related_name="+")
    shop = models.ForeignKey("pricing.Shop", models.PROTECT, related_name="+")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True, default="")
    quantity = models.PositiveIntegerField(_("quantity"))
    value_cents = models.PositiveBigIntegerField(_("value of all units"))
    cost_cents = models.PositiveBigIntegerField(_("cost of one unit"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("gift of an order")
        verbose_name_plural = _("gifts of orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "campaign_revision", "sku"], name="one_row_per_order_gift"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_gift_has_units"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.local_name}"

    @property
    def local_name(self) -> str:
        return in_reader_language(self.name, self.name_zh)


class OrderReward(models.Model):
    """A coupon that the order earned: issued once it is paid, or the reason why it could not be.

    `withdrawn_at`: the goods kept earn it no more since then, so the coupon is not given, or taken back.
    `deducted_cents`: what refunds bear of a coupon in use (the sum of its deductions); `keeps_cents` of its worth stay
    with the shopper for the lower coupon that is still earned. `refund`: the one that put it in a higher one's place.
    """

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="rewards")
    campaign_revision = models.ForeignKey("campaigns.CampaignRevision", models.PROTECT, related_name="+")
    template_code = models.CharField(_("coupon template"), max_length=200)
    value_cents = models.PositiveBigIntegerField(_("value"))
    coupon = models.OneToOneField("coupons.Coupon", models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    deducted_cents = models.PositiveBigIntegerField(_("deducted from refunds"), default=0)
    keeps_cents = models.PositiveBigIntegerField(_("worth that stays"), default=0)
    refund = models.ForeignKey("storefront.Refund", models.PROTECT, related_name="+", null=True)
    refused = models.CharField(_("why it was not issued"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("coupon earned by an order")
        verbose_name_plural = _("coupons earned by orders")
        indexes = [models.Index(fields=["id"], name="reward_deducted", condition=Q(deducted_cents__gt=0))]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "campaign_revision"],
                condition=Q(withdrawn_at=None),
                name="one_standing_reward_per_order_and_campaign",
            ),
            models.CheckConstraint(condition=Q(coupon=None) | Q(refused=""), name="reward_is_issued_or_refused"),
            models.CheckConstraint(
                condition=Q(deducted_cents=0) | Q(withdrawn_at__isnull=False, coupon__isnull=False),
                name="only_a_lost_coupon_is_deducted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.template_code}"

    @property
    def is_left(self) -> bool:
        """Whether the coupon has been used and the campaign leaves such a one with the shopper, whatever is kept."""
        in_use = self.coupon is not None and self.coupon.state in (CouponState.LOCKED, CouponState.USED)
        return in_use and bool(self.campaign_revision.params.get("keep_spent"))


class RewardDeduction(models.Model):
    """What a refund bears of a lost coupon that is in use (append-only); below zero: given back, as it is no more.

    The sum of the entries of a reward is what it takes off the refunds of its order now; by `funder` it is their part
    of what the coupon takes off where it is used.
    """

    reward = models.ForeignKey("storefront.OrderReward", models.PROTECT, related_name="deductions")
    refund = models.ForeignKey("storefront.Refund", models.PROTECT, related_name="deductions", null=True)
    funder = models.CharField(_("funder"), max_length=32)
    amount_cents = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("deduction of a spent coupon")
        verbose_name_plural = _("deductions of spent coupons")
        constraints = [
            models.UniqueConstraint(
                fields=["reward", "refund", "funder"], name="one_deduction_per_reward_refund_and_funder"
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=False, amount_cents__gt=0) | Q(refund=None, amount_cents__lt=0),
                name="refunds_deduct_and_settling_gives_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents:+d}"
