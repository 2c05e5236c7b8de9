"""Coupons that service gives to make up for something: what was given, how much a day, and by what limits."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CompensationState(models.TextChoices):
    WAITING = "waiting", _("waiting for a second person")
    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")
    RECALLED = "recalled", _("recalled")


class Compensation(models.Model):
    """One coupon that a service agent gives, or asks a second person to give, for a ticket.

    `face_cents` is what the coupon was worth when it was asked for.
    """

    ticket = models.CharField(_("ticket number"), max_length=40)
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+", verbose_name=_("customer"))
    template = models.ForeignKey("coupons.CouponTemplate", models.PROTECT, related_name="+", verbose_name=_("coupon"))
    coupon = models.OneToOneField(
        "coupons.Coupon", models.PROTECT, related_name="compensation", null=True, verbose_name=_("coupon")
    )
    face_cents = models.PositiveBigIntegerField(_("worth"))
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=16, choices=CompensationState, default=CompensationState.WAITING, editable=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by"))
    at = models.DateTimeField(_("at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    remark = models.TextField(_("remark"), blank=True, default="")
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("recalled by")
    )
    recalled_at = models.DateTimeField(_("recalled at"), null=True)
    recall_reason = models.TextField(_("why it was recalled"), blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("service coupon")
        verbose_name_plural = _("service coupons")
        permissions = [
            ("grant_compensation", "Can give a customer a coupon as a compensation"),
            ("approve_compensation", "Can decide about compensations above the limit"),
            ("recall_compensation", "Can recall a compensation by mistake"),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="compensations_of_customer")]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "customer", "template"], name="one_compensation_per_ticket"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(ticket=""), name="compensation_says_why"),
            models.CheckConstraint(condition=~Q(decided_by=F("by")), name="compensation_is_decided_by_a_second_person"),
            models.CheckConstraint(
                condition=Q(state__in=["given", "recalled"], coupon__isnull=False)
                | Q(state__in=["waiting", "refused"], coupon__isnull=True),
                name="compensation_that_is_given_has_a_coupon",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="recalled", recalled_by__isnull=False, recalled_at__isnull=False) & ~Q(recall_reason="")
                )
                | (~Q(state="recalled") & Q(recalled_by=None, recalled_at=None, recall_reason="")),
                name="compensation_recall_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.customer}"


class CompensationDay(models.Model):
    """How many coupons, and of what worth, a service agent has given on one day, with the limits of that day."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    used = models.PositiveIntegerField(_("given"), default=0)
    total = models.PositiveIntegerField(_("at most"))
    used_cents = models.PositiveBigIntegerField(_("worth"), default=0)
    total_cents = models.PositiveBigIntegerField(_("worth at most"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "day"], name="one_compensation_count_per_day"),
            models.CheckConstraint(condition=Q(used__lte=F("total")), name="compensations_of_a_day_within_number"),
            models.CheckConstraint(
                condition=Q(used_cents__lte=F("total_cents")), name="compensations_of_a_day_within_worth"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.used}/{self.total}"


class CompensationLimit(models.Model):
    """What service may give: the latest row is in force (append-only). Without a row nothing can be given.

    `templates` are the only coupons that service gives. A coupon worth more than `alone_up_to_cents` needs a second
    person.
    """

    templates = models.ManyToManyField("coupons.CouponTemplate", related_name="+", verbose_name=_("coupons"))
    per_day = models.PositiveIntegerField(_("coupons per agent and day"))
    cents_per_day = models.PositiveBigIntegerField(_("worth per agent and day"))
    alone_up_to_cents = models.PositiveBigIntegerField(_("alone up to"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("limits of service coupons")
        verbose_name_plural = _("limits of service coupons")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="compensation_limit_says_why")]

    def __str__(self) -> str:
        return f"{self.per_day} · {self.cents_per_day}"
