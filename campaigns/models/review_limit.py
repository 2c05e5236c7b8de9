"""From where on one approver is not enough, for each kind of reviewed thing; every change is a new row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReviewLimit(models.Model):
    """What one approver may let pass: the latest row of a kind is in force (append-only), none means no limit.

    `kind` is the label of the model, such as "campaigns.campaign"; empty figures limit nothing.
    """

    kind = models.CharField(_("kind"), max_length=60)
    depth_bp = models.PositiveIntegerField(_("discount depth up to"), null=True, blank=True)
    budget_cents = models.PositiveBigIntegerField(_("budget up to"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("review limit")
        verbose_name_plural = _("review limits")
        constraints = [
            models.CheckConstraint(condition=Q(depth_bp=None) | Q(depth_bp__lte=10_000), name="review_depth_in_range"),
            models.CheckConstraint(condition=~Q(reason=""), name="review_limit_has_a_reason"),
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="review_limit_in_force")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.depth_bp} · {self.budget_cents}"
