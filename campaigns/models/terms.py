"""The terms of an offer: what campaigns and coupon templates have in common, stored as typed values.

Nothing here computes. `benefit_code` names a class of the engine, which validates `params`, builds the form
and describes itself; `campaigns.offers` turns a row into the engine's Offer.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Described, in_reader_language


class Exclusive(models.TextChoices):
    NONE = "none", _("no")
    LINES = "lines", _("on the lines that it takes")
    ORDER = "order", _("in the whole order")


class ThresholdBasis(models.TextChoices):
    NET = "net", _("the net of the earlier offers")
    LIST = "list", _("list price")


class RefundPolicy(models.TextChoices):
    AS_PAID = "as_paid", _("the discount stays with the goods kept")
    REPRICE = "reprice", _("the goods kept are priced again")


class Terms(Described):
    """Benefit, conditions, stacking and funding of one offer; figures in cents and basis points."""

    badge = models.CharField(_("badge"), max_length=24, blank=True, default="")
    badge_zh = models.CharField(_("Chinese badge"), max_length=24, blank=True, default="")
    benefit_code = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict)
    schema_version = models.PositiveSmallIntegerField(default=1, editable=False)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    everything = models.BooleanField(_("all products"), default=False)
    least_list_cents = models.PositiveBigIntegerField(_("list price from"), null=True, blank=True)
    most_list_cents = models.PositiveBigIntegerField(_("list price up to"), null=True, blank=True)
    priority = models.IntegerField(_("priority"), default=0)
    with_shop_offers = models.BooleanField(_("combines with shop offers"), null=True, blank=True)
    with_platform_activities = models.BooleanField(_("combines with platform activities"), null=True, blank=True)
    with_coupons = models.BooleanField(_("combines with coupons"), null=True, blank=True)
    admits_own_layer = models.BooleanField(_("combines with its own layer"), default=False)
    exclusivity_group = models.CharField(_("exclusivity group"), max_length=40, blank=True, default="")
    exclusive = models.CharField(_("exclusive"), max_length=8, choices=Exclusive, default=Exclusive.NONE)
    mandatory = models.BooleanField(_("always applied"), default=False)
    threshold_on = models.CharField(
        _("threshold measured on"), max_length=8, choices=ThresholdBasis, default=ThresholdBasis.NET
    )
    refund_policy = models.CharField(
        _("part refunds"), max_length=8, choices=RefundPolicy, default=RefundPolicy.AS_PAID
    )
    platform_share_bp = models.PositiveIntegerField(
        _("paid by the platform"), default=10_000, help_text=_("The rest is paid by the shop.")
    )
    budget_cents = models.PositiveBigIntegerField(
        _("budget"), null=True, blank=True, help_text=_("Cap on the total discount; empty means unlimited.")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(platform_share_bp__lte=10_000), name="%(class)s_share_in_range"),
        ]

    @property
    def local_badge(self) -> str:
        return in_reader_language(self.badge, self.badge_zh)


class ScopeRow(models.Model):
    """One shop, category, product or product kind that an offer covers or leaves out."""

    excluded = models.BooleanField(_("excluded"), default=False)
    shop = models.ForeignKey("pricing.Shop", models.PROTECT, related_name="+", null=True, blank=True)
    category = models.ForeignKey("pricing.Category", models.PROTECT, related_name="+", null=True, blank=True)
    product = models.ForeignKey("pricing.Product", models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(_("product kind"), max_length=16, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(shop__isnull=False, category=None, product=None, kind="")
                    | Q(shop=None, category__isnull=False, product=None, kind="")
                    | Q(shop=None, category=None, product__isnull=False, kind="")
                    | (Q(shop=None, category=None, product=None) & ~Q(kind=""))
                ),
                name="%(class)s_names_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.shop or self.category or self.product or self.kind)


class SkuRow(models.Model):
    """One SKU that an offer covers or leaves out, with its own price, stock and limit where they are set."""

    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+", verbose_name=_("SKU"))
    excluded = models.BooleanField(_("excluded"), default=False)
    price_cents = models.PositiveBigIntegerField(_("activity price"), null=True, blank=True)
    stock_units = models.PositiveIntegerField(_("activity stock"), null=True, blank=True)
    limit_units = models.PositiveIntegerField(_("limit per shopper"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.sku)
