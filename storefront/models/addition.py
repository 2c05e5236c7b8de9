"""What an order got besides its price, as the Quote said: gifts at 0, and coupons for a later order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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

    `withdrawn_at`: nothing of the order is kept since then, so the coupon is not given, or taken back.
    """

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="rewards")
    campaign_revision = models.ForeignKey("campaigns.CampaignRevision", models.PROTECT, related_name="+")
    template_code = models.CharField(_("coupon template"), max_length=200)
    value_cents = models.PositiveBigIntegerField(_("value"))
    coupon = models.OneToOneField("coupons.Coupon", models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    refused = models.CharField(_("why it was not issued"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("coupon earned by an order")
        verbose_name_plural = _("coupons earned by orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "campaign_revision"], name="one_row_per_order_reward"),
            models.CheckConstraint(condition=Q(coupon=None) | Q(refused=""), name="reward_is_issued_or_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.template_code}"
