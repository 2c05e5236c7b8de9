"""Attempts to get a coupon or a flash price, with what was decided about each; block lists."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RiskAct(models.TextChoices):
    CLAIM = "claim", _("claim of a coupon")
    CODE = "code", _("redeeming of a code")
    ORDER = "order", _("order in a campaign")
    DRAW = "draw", _("draw in a lottery")
    GIFT = "gift", _("gift to a member")
    GRANT = "grant", _("grant by hand")


class RiskOutcome(models.TextChoices):
    PASS = "pass", _("let through")
    HOLD = "hold", _("held for review")
    BLOCK = "block", _("refused")
    UNJUDGED = "unjudged", _("no profile to judge it")
    RELEASED = "released", _("released by staff before")


class RiskAttempt(models.Model):
    """One attempt, as it was and what was decided: rows are never changed, and deleted by age alone.

    `kind` and `object_id` name the activity. `key` names what was asked for: who asks twice has asked once.
    `address` and `device` are keyed digests. `account_hours`, `level_rank`, `phone_verified` and `device_hours` are
    what was known of the customer then, so that other rules can be tried on the past.
    """

    at = models.DateTimeField(_("at"))
    act = models.CharField(_("what"), max_length=8, choices=RiskAct)
    kind = models.CharField(_("kind of activity"), max_length=60)
    object_id = models.BigIntegerField(_("activity"))
    customer = models.ForeignKey(
        "campaigns.Customer", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("customer")
    )
    key = models.CharField(max_length=120)
    address = models.BinaryField(null=True)
    device = models.BinaryField(null=True)
    device_hours = models.IntegerField(_("age of the device's mark in hours"), default=-1)
    account_hours = models.IntegerField(_("age of the account in hours"), null=True)
    level_rank = models.IntegerField(_("rank of the member level"), default=-1)
    phone_verified = models.BooleanField(_("phone verified"), default=False)
    revision = models.ForeignKey(
        "coupons.RiskProfileRevision",
        models.PROTECT,
        related_name="attempts",
        null=True,
        blank=True,
        verbose_name=_("risk profile"),
    )
    score = models.IntegerField(_("score"), default=0)
    outcome = models.CharField(_("outcome"), max_length=8, choices=RiskOutcome)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("risk decision")
        verbose_name_plural = _("risk decisions")
        indexes = [
            models.Index(fields=["at"], name="attempts_by_age"),
            models.Index(fields=["customer", "at"], name="attempts_of_customer"),
            models.Index(fields=["address", "at"], name="attempts_from_address", condition=Q(address__isnull=False)),
            models.Index(fields=["device", "at"], name="attempts_from_device", condition=Q(device__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} · {self.get_outcome_display()}"


class BlockKind(models.TextChoices):
    CUSTOMER = "customer", _("customer")
    PHONE = "phone", _("phone number")
    ADDRESS = "address", _("network address")
    DEVICE = "device", _("device")


class RiskBlock(models.Model):
    """Who gets nothing: until when, why, by whom; lifted, but never deleted.

    `value`: key of the customer, the last digits of a phone number, hexadecimal digest of an address or a device.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=BlockKind)
    value = models.CharField(pgettext_lazy("blocked", "who"), max_length=64)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("blocked by"))
    at = models.DateTimeField(_("at"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lifted by")
    )
    lift_reason = models.TextField(_("why lifted"), blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("block")
        verbose_name_plural = _("block lists")
        permissions = [("lift_riskblock", "Can lift a block")]
        indexes = [models.Index(fields=["kind", "value"], name="blocks_in_force", condition=Q(lifted_at=None))]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="block_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="lifted_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value[:12]}"
