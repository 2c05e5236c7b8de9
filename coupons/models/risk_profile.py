"""Risk profiles: named sets of rules, reviewed like everything that shoppers feel; and from where on one is needed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, Reviewed, Revision, Transition
from pricing.models.naming import Described


class RiskProfile(Reviewed):
    """Rules that activities name by `code`. Only an approved one judges: paused or stopped it lets everything pass."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    current_revision = models.OneToOneField(
        "coupons.RiskProfileRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("risk profile")
        verbose_name_plural = _("risk profiles")
        permissions = [
            ("submit_riskprofile", "Can submit a risk profile for review"),
            ("approve_riskprofile", "Can approve or reject a risk profile"),
            ("pause_riskprofile", "Can pause, resume or stop a risk profile"),
        ]


class RiskProfileRevision(Revision, Described):
    """`rules` as coupons.risk.rules stores them; scores from which an attempt is held or refused (None = never)."""

    profile = models.ForeignKey("coupons.RiskProfile", models.PROTECT, related_name="revisions")
    rules = models.JSONField(_("rules"), default=list, blank=True)
    hold_at = models.PositiveIntegerField(_("held from this score"), null=True, blank=True)
    block_at = models.PositiveIntegerField(_("refused from this score"), null=True, blank=True)

    class Meta:
        ordering = ["profile", "number"]
        verbose_name = _("risk profile revision")
        verbose_name_plural = _("risk profile revisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(hold_at=None) | Q(block_at=None) | Q(hold_at__lt=F("block_at")),
                name="held_before_refused",
                violation_error_message=_("The score for refusing must be higher than the one for holding."),
            ),
            models.UniqueConstraint(fields=["profile", "number"], name="one_risk_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="risk_revision_and_its_author"),
        ]


class RiskProfileApproval(Approval):
    revision = models.ForeignKey("coupons.RiskProfileRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("risk profile approval")
        verbose_name_plural = _("risk profile approvals")


class RiskProfileTransition(Transition):
    subject = models.ForeignKey("coupons.RiskProfile", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("risk profile transition")
        verbose_name_plural = _("risk profile transitions")


class Judged(models.Model):
    """What a risk profile can judge: the code of the profile, empty for none."""

    risk_profile = models.CharField(_("risk profile"), max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class RiskLimit(models.Model):
    """What is high value: above these figures nothing is approved without a risk profile.

    The latest row is in force (append-only), none means that nothing is high value; empty figures limit nothing.
    """

    face_cents = models.PositiveBigIntegerField(_("face value up to"), null=True, blank=True)
    depth_bp = models.PositiveIntegerField(_("discount depth up to"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("high-value limit")
        verbose_name_plural = _("high-value limits")
        constraints = [
            models.CheckConstraint(condition=Q(depth_bp=None) | Q(depth_bp__lte=10_000), name="risk_depth_in_range"),
            models.CheckConstraint(condition=~Q(reason=""), name="risk_limit_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.face_cents} · {self.depth_bp}"
