"""Interventions: what people do to a campaign that is in force, each with a reason and a second person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Deed(models.TextChoices):
    PAUSE = "pause", _("pause")
    RESUME = "resume", _("resume")
    STOP = "stop", _("stop for good")
    WITHDRAW = "withdraw", _("take SKUs out")
    TAKE_BACK = "take_back", _("take SKUs back in")


class Outcome(models.TextChoices):
    WAITING = "waiting", _("waits for a second person")
    CARRIED_OUT = "carried_out", _("agreed and carried out")
    REFUSED = "refused", _("refused")
    CALLED_BACK = "called_back", _("called back")
    CONFIRMED = "confirmed", _("confirmed afterwards")
    REVERTED = "reverted", _("reverted afterwards")
    LAPSED = "lapsed", _("overtaken by something else")


UNDECIDED = (Outcome.WAITING, Outcome.LAPSED)


# What takes away can be done at once and is reviewed afterwards; what gives needs the second person first.
AT_ONCE = frozenset({Deed.PAUSE, Deed.STOP, Deed.WITHDRAW})
ABOUT_SKUS = frozenset({Deed.WITHDRAW, Deed.TAKE_BACK})


class Intervention(models.Model):
    """One thing asked for, or done at once (`at_once`), and what a second person decided about it.

    `asked_by` is empty for the loss guard, which pauses on its own. `carts`: open carts that held the goods when it
    was asked for.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", models.PROTECT, related_name="interventions", verbose_name=_("campaign")
    )
    deed = models.CharField(_("what"), max_length=16, choices=Deed)
    at_once = models.BooleanField(_("at once"), default=False)
    reason = models.TextField(_("reason"))
    carts = models.PositiveIntegerField(_("open carts"), default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, default=Outcome.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    remark = models.TextField(_("remark"), blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("stop or withdrawal")
        verbose_name_plural = _("stops and withdrawals")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="intervention_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome__in=UNDECIDED, decided_by=None, decided_at=None)
                | (~Q(outcome__in=UNDECIDED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="intervention_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[*UNDECIDED, Outcome.CALLED_BACK])
                | Q(asked_by=None)
                | ~Q(asked_by=F("decided_by")),
                name="intervention_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(at_once=True, outcome__in=[Outcome.WAITING, Outcome.CONFIRMED, Outcome.REVERTED])
                | Q(
                    at_once=False,
                    outcome__in=[*UNDECIDED, Outcome.CARRIED_OUT, Outcome.REFUSED, Outcome.CALLED_BACK],
                ),
                name="intervention_outcome_fits",
            ),
            models.CheckConstraint(
                condition=Q(at_once=False) | Q(deed__in=sorted(AT_ONCE)), name="what_gives_waits_for_a_second_person"
            ),
            models.UniqueConstraint(
                fields=["campaign", "deed"],
                condition=Q(outcome=Outcome.WAITING, at_once=False, deed__in=[Deed.PAUSE, Deed.RESUME, Deed.STOP]),
                name="one_waiting_intervention_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.campaign}"

    @property
    def is_waiting(self) -> bool:
        return self.outcome == Outcome.WAITING


class InterventionSku(models.Model):
    """One SKU that a withdrawal, or its reverse, is about (append-only)."""

    intervention = models.ForeignKey("campaigns.Intervention", models.PROTECT, related_name="skus")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["intervention", "sku"], name="one_row_per_intervention_sku")]

    def __str__(self) -> str:
        return str(self.sku)


class WithdrawnSku(models.Model):
    """A SKU that is out of a campaign now, whatever its revisions say; how it came is in the intervention."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="withdrawn")
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+")
    intervention = models.ForeignKey("campaigns.Intervention", models.PROTECT, related_name="+")
    since = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "sku"], name="one_row_per_withdrawn_sku")]

    def __str__(self) -> str:
        return str(self.sku)
