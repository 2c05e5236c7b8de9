"""What waits for a person: an attempt that was held, and what people decided about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coupons.models.risk_attempt import RiskAct


class CaseState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RELEASED = "released", _("released")
    BLOCKED = "blocked", _("refused")
    LAPSED = "lapsed", _("nobody decided in time")


class RiskCase(models.Model):
    """An attempt that was held. Nothing is issued and no place is kept until it is released.

    `topic` names what the decision is about, such as one claim of one customer: there is one open case for each.
    `params` is what releasing it needs; `coupon` what was issued then. `passed_key`: what the
    release has let pass at another try, an order or a draw; it lets nothing else pass.
    """

    attempt = models.OneToOneField("coupons.RiskAttempt", models.PROTECT, related_name="case")
    topic = models.CharField(max_length=120)
    act = models.CharField(_("what"), max_length=8, choices=RiskAct)
    customer = models.ForeignKey(
        "campaigns.Customer", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("customer")
    )
    params = models.JSONField(default=dict, blank=True)
    passed_key = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=CaseState, default=CaseState.WAITING)
    opened_at = models.DateTimeField(_("held at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    coupon = models.ForeignKey(
        "coupons.Coupon", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("coupon")
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("held attempt")
        verbose_name_plural = _("held attempts")
        permissions = [("decide_riskcase", "Can release or refuse a held attempt")]
        indexes = [models.Index(fields=["topic", "-id"], name="cases_about")]
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(state=CaseState.WAITING), name="one_open_case_per_topic"
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.WAITING, decided_at=None, decided_by=None)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & Q(state__in=[CaseState.RELEASED, CaseState.BLOCKED])
                )
                | Q(decided_at__isnull=False, decided_by=None, state=CaseState.LAPSED),
                name="case_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} · {self.customer or '–'}"


class RiskCaseMove(models.Model):
    """One decision about a case, or its undoing (append-only)."""

    case = models.ForeignKey("coupons.RiskCase", models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=16)
    source = models.CharField(_("from"), max_length=8)
    target = models.CharField(_("to"), max_length=8)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="case_move_has_a_reason")]

    def __str__(self) -> str:
        return f"{CaseState(self.source).label} → {CaseState(self.target).label}"
