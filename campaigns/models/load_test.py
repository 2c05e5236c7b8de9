"""Load tests that the site has passed: what approvals of big starts rest on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LoadTest(models.Model):
    """One load test that was passed (append-only): how many SKUs may start in a minute, and what was answered then."""

    tested_at = models.DateTimeField(_("tested at"))
    skus_per_minute = models.PositiveIntegerField(_("SKUs that started in one minute"))
    requests_per_second = models.PositiveIntegerField(_("requests per second"), null=True, blank=True)
    orders_per_second = models.PositiveIntegerField(_("orders per second"), null=True, blank=True)
    notes = models.TextField(_("notes"), help_text=_("How it was tested, and where its figures are."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        ordering = ["-tested_at", "-pk"]
        verbose_name = _("load test")
        verbose_name_plural = _("load tests")
        constraints = [
            models.CheckConstraint(
                condition=Q(skus_per_minute__gte=1),
                name="load_test_had_a_load",
                violation_error_message=_("Say how many SKUs started: at least one."),
            ),
            models.CheckConstraint(
                condition=Q(tested_at__lte=models.F("at")),
                name="load_test_is_over",
                violation_error_message=_("Only a test that is over can be recorded."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skus_per_minute}"
