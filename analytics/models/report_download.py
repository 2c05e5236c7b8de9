"""Who took which report out of the house."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportDownload(models.Model):
    """One download of a report: its code, and the days that it covers, both included (append-only)."""

    report = models.CharField(_("report"), max_length=40)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("report download")
        verbose_name_plural = _("report downloads")
        permissions = [("download_report", "Can download reports")]

    def __str__(self) -> str:
        return f"{self.report} {self.since} – {self.until}"
