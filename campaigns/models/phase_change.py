"""What the timers have seen: one row for every phase that a campaign entered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import Phase


class PhaseChange(models.Model):
    """A campaign entered `phase`: when it was due by the clock, and when a worker noticed (append-only)."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="phase_changes")
    revision = models.ForeignKey("campaigns.CampaignRevision", models.PROTECT, related_name="+")
    phase = models.CharField(_("phase"), max_length=16, choices=Phase)
    due_at = models.DateTimeField(_("due at"))
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("phase change")
        verbose_name_plural = _("phase changes")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "revision", "phase", "due_at"], name="one_row_per_phase_change")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.phase}"
