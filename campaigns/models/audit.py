"""The audit trail: every change of state, every edit, and every attempt that was refused (append-only)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditOutcome(models.TextChoices):
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FORBIDDEN = "forbidden", _("not allowed")


class AuditEntry(models.Model):
    """Who did or tried what, when, why, and what it was before and after. `by` is empty for the clock.

    `kind` and `object_id` name the thing, such as "campaigns.campaign" and its key; both are empty where an attempt
    named none. `act` is the name of the move, the command or the page. `before` and `after` are states; `changes`
    holds the columns of an edit as [{"field", "before", "after"}], in cents and basis points. `msgid` with `figures`
    says why an attempt was refused. `route` is the method and path of a request that was not allowed.
    """

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=AuditOutcome)
    act = models.CharField(_("what"), max_length=80)
    kind = models.CharField(_("kind"), max_length=60, blank=True, default="")
    object_id = models.BigIntegerField(_("number"), null=True, blank=True)
    before = models.CharField(_("before"), max_length=24, blank=True, default="")
    after = models.CharField(_("after"), max_length=24, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    msgid = models.TextField(_("refused because"), blank=True, default="")
    figures = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(_("changes"), default=list, blank=True)
    route = models.CharField(_("address"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="audit_of_a_thing"),
            models.Index(fields=["by", "-id"], name="audit_of_a_person"),
            models.Index(fields=["outcome", "-id"], name="audit_of_refusals"),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.get_outcome_display()}"
