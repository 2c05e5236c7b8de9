"""Decisions on revisions and moves of their subjects: abstract here, one table each in every app."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Decision(models.TextChoices):
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Approval(models.Model):
    """The decision of a second person on a revision (append-only); subclasses add `revision`.

    `maker` repeats the revision's author so that the database itself can refuse a maker who is the checker;
    a composite foreign key (see the migrations) keeps the copy true.
    """

    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decision = models.CharField(_("decision"), max_length=16, choices=Decision)
    reason = models.TextField(_("reason"), blank=True, default="")
    at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "checker", "decision"], name="%(class)s_once_by_each_checker"),
            models.CheckConstraint(condition=~Q(maker=F("checker")), name="%(class)s_maker_is_not_checker"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.REJECTED, reason=""), name="%(class)s_rejection_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} · {self.checker}"


class Transition(models.Model):
    """One move of a subject from state to state (append-only); subclasses add `subject`."""

    move = models.CharField(_("move"), max_length=24)
    source = models.CharField(_("from"), max_length=24)
    target = models.CharField(_("to"), max_length=24)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
