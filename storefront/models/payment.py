"""Money that came in and went out, and what the payment provider told us."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")


class PaymentEntry(models.Model):
    """Cents received (+) or given back (-) for an order (append-only); their sum is what the shopper has paid."""

    order = models.ForeignKey("storefront.Order", models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind)
    amount_cents = models.BigIntegerField(_("amount"))
    provider = models.CharField(_("provider"), max_length=24)
    reference = models.CharField(_("reference"), max_length=80)
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
                condition=Q(kind=EntryKind.PAYMENT, amount_cents__gte=0)
                | Q(kind=EntryKind.REFUND, amount_cents__lte=0, refund__isnull=False),
                name="payments_in_refunds_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents:+d} {self.reference}"


class PaymentNotice(models.Model):
    """One message of the provider, taken once: (provider, event) is its key."""

    provider = models.CharField(_("provider"), max_length=24)
    event = models.CharField(_("event"), max_length=80)
    order_number = models.CharField(_("order number"), max_length=40)
    amount_cents = models.BigIntegerField(_("amount"))
    outcome = models.CharField(_("outcome"), max_length=40, blank=True, default="")
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("payment notice")
        verbose_name_plural = _("payment notices")
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="one_notice_per_event")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event}"
