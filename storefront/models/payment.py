"""Money that came in and went out, and what the payment provider told us."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")
    STRAY = "stray", _("payment that could not be taken")
    SENT_BACK = "sent_back", _("sent back")
    REWARD_BACK = "reward_back", _("deduction of a coupon given back")


class Outcome(models.TextChoices):
    PAID = "paid", _("paid")
    UNKNOWN_ORDER = "unknown_order", _("unknown order")
    WRONG_AMOUNT = "wrong_amount", _("wrong amount, sent back")
    LATE = "late", _("too late, sent back")
    PAID_TWICE = "paid_twice", _("already paid, sent back")


class PaymentEntry(models.Model):
    """Cents received (+) or given back (-) for an order (append-only); their sum is what the shopper has paid.

    Money that cannot be taken (too late, twice, another amount) is a stray entry and one that sends it back.
    """

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind)
    amount_cents = models.BigIntegerField(_("amount"))
    provider = models.CharField(_("provider"), max_length=24)
    reference = models.CharField(_("reference"), max_length=120)
    refund = models.OneToOneField("storefront.Refund", models.PROTECT, related_name="entry", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("payment entry")
        verbose_name_plural = _("payment entries")
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="one_entry_per_provider_reference"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind=EntryKind.PAYMENT), name="an_order_is_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[EntryKind.PAYMENT, EntryKind.STRAY], amount_cents__gte=0, refund=None)
                | Q(kind=EntryKind.REFUND, amount_cents__lte=0, refund__isnull=False)
                | Q(kind__in=[EntryKind.SENT_BACK, EntryKind.REWARD_BACK], amount_cents__lte=0, refund=None),
                name="payments_in_refunds_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents:+d} {self.reference}"

    @property
    def paid_back_cents(self) -> int:
        """What the shopper gets by an entry that gives money back."""
        return -self.amount_cents


class MoneyTransfer(models.Model):
    """The provider has carried out an entry that gives money back (append-only); `reference` is the provider's."""

    entry = models.OneToOneField("storefront.PaymentEntry", models.PROTECT, related_name="transfer")
    reference = models.CharField(_("reference"), max_length=120)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return self.reference


class PaymentNotice(models.Model):
    """One message of the provider, taken once: (provider, event) is its key."""

    provider = models.CharField(_("provider"), max_length=24)
    event = models.CharField(_("event"), max_length=80)
    order_number = models.CharField(_("order number"), max_length=40)
    amount_cents = models.BigIntegerField(_("amount"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("payment notice")
        verbose_name_plural = _("payment notices")
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="one_notice_per_event")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event}"
