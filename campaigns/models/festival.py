"""The calendar that campaigns are planned over: festivals, and the dates that matter to this shop alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named

MOST_PER_SECOND = 1_000_000


class Festival(Named):
    """A stretch of days, both ends included, with the load that is expected when it starts.

    `usual` names the entry of the usual set that it was made from ("singles_day/2026"); empty for the shop's own.
    """

    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    peak_requests = models.PositiveIntegerField(
        _("requests per second at its start"),
        null=True,
        blank=True,
        help_text=_("What you expect the site to have to answer; empty = not estimated."),
    )
    peak_orders = models.PositiveIntegerField(
        _("orders per second at its start"), null=True, blank=True, help_text=_("Empty = not estimated.")
    )
    notes = models.TextField(_("notes"), blank=True, default="")
    usual = models.CharField(max_length=40, blank=True, default="", editable=False)

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("festival")
        verbose_name_plural = _("festivals and own dates")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="festival_begins_before_it_ends",
                violation_error_message=_("The last day must not be before the first one."),
            ),
            models.CheckConstraint(
                condition=(Q(peak_requests=None) | Q(peak_requests__range=(1, MOST_PER_SECOND)))
                & (Q(peak_orders=None) | Q(peak_orders__range=(1, MOST_PER_SECOND))),
                name="festival_peaks_are_possible",
                violation_error_message=_("Expect from 1 to 1,000,000 per second, or leave it empty."),
            ),
            models.UniqueConstraint(fields=["usual"], condition=~Q(usual=""), name="one_festival_per_usual_entry"),
        ]
