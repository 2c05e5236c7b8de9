"""What every reviewed thing has in common: numbered revisions, each by one author, immutable once submitted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

SKETCH_ID = 0


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Revision(models.Model):
    """One version of something that needs approval; `subject` is the row that points at the current one."""

    number = models.PositiveIntegerField(_("revision"), default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"), editable=False
    )
    review = models.CharField(
        _("review"), max_length=16, choices=ReviewState, default=ReviewState.DRAFT, editable=False
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    # Why one approval is not enough, as messages: [{"msgid": …, "figures": {…}}]. They may grow while in review.
    second_reasons = models.JSONField(_("reasons for a second approver"), default=list, blank=True, editable=False)
    content_hash = models.CharField(_("content hash"), max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether the content may still be edited."""
        return self.review == ReviewState.DRAFT

    @property
    def approvals_needed(self) -> int:
        """How many different people have to approve: two where there is a reason for it."""
        return 2 if self.second_reasons else 1

    @property
    def is_sketch(self) -> bool:
        """Whether it is in memory only: no row has the key 0, and its own rows come by `.all()` alone."""
        return self.pk == SKETCH_ID
