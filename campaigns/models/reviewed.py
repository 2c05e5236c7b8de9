"""What is reviewed before it counts: an identity with a state, whose content is in its revisions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import CampaignState


class Reviewed(models.Model):
    """The subject of revisions; subclasses add `current_revision`, their owner and their own transitions."""

    state = models.CharField(
        _("state"), max_length=16, choices=CampaignState, default=CampaignState.DRAFT, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    # One filled-in form is one draft, however often it is sent.
    draft_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        latest = self.current_revision or self.revisions.order_by("-number").first()
        return latest.local_name if latest else f"{self._meta.verbose_name} {self.pk}"
