"""One issued voucher in one wallet, and the steps of its life."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coupons.lifecycle import CouponState


class Route(models.TextChoices):
    CLAIM = "claim", _("claimed")
    GRANT = "grant", _("granted by hand")
    REWARD = "reward", _("earned by an order")
    CODE = "code", _("by a code")
    SERVICE = "service", _("from service")
    GIFT = "gift", _("as a gift to members")
    LOTTERY = "lottery", _("won in a lottery")


class Coupon(models.Model):
    """One coupon of one customer; it keeps the template revision that it was issued with.

    `seq` numbers the claims of a customer within a claim campaign: the unique key makes a double click one
    claim. `order_key` names the order that has locked or used it.
    """

    number = models.UUIDField(_("number"), unique=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(
        "coupons.CouponTemplate", models.PROTECT, related_name="coupons", verbose_name=_("coupon template")
    )
    revision = models.ForeignKey(
        "coupons.CouponTemplateRevision",
        models.PROTECT,
        related_name="coupons",
        verbose_name=_("coupon template revision"),
    )
    claim_campaign = models.ForeignKey(
        "coupons.ClaimCampaign",
        models.PROTECT,
        related_name="coupons",
        null=True,
        blank=True,
        verbose_name=_("claim campaign"),
    )
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+", verbose_name=_("customer"))
    route = models.CharField(_("route"), max_length=16, choices=Route)
    seq = models.PositiveIntegerField(_("number of the claim"), default=1)
    # A place of coupons.places; empty where it was not claimed, or before places were noted.
    place = models.CharField(_("claimed at"), max_length=40, blank=True, default="")
    # What the claim costs at its place, by the rule of that moment: a later rule changes nothing in the past.
    place_cost_cents = models.PositiveBigIntegerField(_("cost of the place"), default=0)
    grant_key = models.CharField(max_length=80, unique=True, null=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=CouponState, default=CouponState.UNUSED)
    issued_at = models.DateTimeField(_("issued at"))
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    reserved_cents = models.PositiveBigIntegerField(_("reserved"), default=0)
    order_key = models.UUIDField(_("order"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    lock_deadline = models.DateTimeField(_("lock deadline"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        indexes = [
            models.Index(fields=["customer", "state", "valid_until"], name="coupon_wallet"),
            models.Index(fields=["order_key"], name="coupon_order", condition=Q(order_key__isnull=False)),
            models.Index(fields=["lock_deadline"], name="coupon_overdue_lock", condition=Q(state="locked")),
            models.Index(fields=["valid_until"], name="coupon_to_remind", condition=Q(state="unused")),
            models.Index(
                fields=["valid_until"], name="coupon_to_settle", condition=Q(state="unused", reserved_cents__gt=0)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["claim_campaign", "customer", "seq"], name="one_coupon_per_claim"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="coupon_seq_counts_from_one"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_until")), name="coupon_is_valid_for_some_time"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["locked", "used"], order_key__isnull=False)
                    | Q(state__in=["unused", "recalled"], order_key__isnull=True)
                ),
                name="coupon_is_locked_or_used_by_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state="locked", lock_deadline__isnull=False)
                | (~Q(state="locked") & Q(lock_deadline__isnull=True)),
                name="coupon_lock_has_a_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision.local_name} · {str(self.number)[:8]}"

    @property
    def offer_id(self) -> str:
        """The name that the engine's facts and every discount share know this coupon by."""
        return f"coupon:{self.pk}"


class CouponEvent(models.Model):
    """One step in the life of a coupon (append-only); issuing is the first."""

    coupon = models.ForeignKey("coupons.Coupon", models.PROTECT, related_name="events", verbose_name=_("coupon"))
    move = models.CharField(_("move"), max_length=16)
    source = models.CharField(_("from"), max_length=16, blank=True, default="")
    target = models.CharField(_("to"), max_length=16)
    order_key = models.UUIDField(_("order"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("coupon event")
        verbose_name_plural = _("coupon events")
        indexes = [
            models.Index(fields=["order_key"], name="coupon_event_order", condition=Q(order_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
