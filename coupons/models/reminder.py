"""Telling customers of coupons that are about to expire: what each wants to hear, and what each was told on a day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    QUEUED = "queued", _("to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not accepted")
    UNKNOWN = "unknown", _("interrupted while sending")
    DROPPED = "dropped", _("nothing left to tell")
    OPTED_OUT = "opted_out", _("does not want it")
    NO_ADDRESS = "no_address", _("no address")


class ReminderWish(models.Model):
    """Whether a customer wants to be reminded of coupons; who has no row has not said no."""

    customer = models.OneToOneField("campaigns.Customer", models.CASCADE, related_name="+", primary_key=True)
    in_site = models.BooleanField(_("message in the shop"), default=True)
    email = models.BooleanField(_("e-mail"), default=True)

    def __str__(self) -> str:
        return f"{self.customer_id}"


class CouponReminder(models.Model):
    """What one customer was told on one day, however many coupons: the key makes it one, whoever is first.

    `day` is one of the site's calendar. `letter` is the way of the e-mail, `mailed_at` when it was handed over.
    """

    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    letter = models.CharField(_("e-mail"), max_length=10, choices=LetterState)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("coupon reminder")
        verbose_name_plural = _("coupon reminders")
        constraints = [
            models.UniqueConstraint(fields=["customer", "day"], name="one_coupon_reminder_a_day"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(letter__in=["queued", "sending"]), name="coupon_letter_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day}"


class RemindedCoupon(models.Model):
    """A coupon that its customer has been reminded of: once in its life."""

    coupon = models.OneToOneField("coupons.Coupon", models.PROTECT, related_name="reminded", primary_key=True)
    reminder = models.ForeignKey("coupons.CouponReminder", models.PROTECT, related_name="coupons")

    def __str__(self) -> str:
        return f"{self.coupon_id}"
