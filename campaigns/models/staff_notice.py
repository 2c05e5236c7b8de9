"""What somebody of the staff should know: shown at the bell of the back office, and sent by mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StaffNotice(models.Model):
    """One sentence for one person, kept as a message of the catalogue so that each reads their own language.

    Figures that end in `_cents`, `_bp` or `_at` are formatted when read; a figure `x` gives way to `x_zh` for readers
    of Chinese. `key` tells one event of another: a person gets one notice for each (empty = every one is its own).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("for"))
    msgid = models.TextField(_("text"))
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    link = models.CharField(_("leads to"), max_length=300, blank=True, default="")
    key = models.CharField(max_length=120, blank=True, default="", editable=False)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    # When the mail is to be tried next; empty when it has been sent, or when there is nowhere to send it to.
    mail_due_at = models.DateTimeField(_("mail due at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(_("mail attempts"), default=0)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="one_staff_notice_per_event"),
            models.CheckConstraint(
                condition=Q(mailed_at=None) | Q(mail_due_at=None), name="staff_notice_is_mailed_or_due"
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at=None), name="unread_staff_notices"),
            models.Index(fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="staff_mail_due"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.msgid}"
