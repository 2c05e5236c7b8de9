"""Looking through a conflict report: search, filters, and the limits."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import ConflictLimits, ConflictReport, ConflictRow
from campaigns.selectors.conflicts import below_margin, matching, rows_beyond
from pricing.engine.money import WHOLE_BP

SHOW = {
    "": _("all"),
    "beyond": _("beyond the limits"),
    "cost": _("below cost"),
    "floor": _("below the price floor"),
    "margin": _("below the lowest margin"),
    "unsure": _("not proved"),
}


class ConflictFilter(forms.Form):
    """What of a report is shown; wrong input shows everything and says so."""

    q = forms.CharField(label=_("SKU or product"), required=False, max_length=80)
    show = forms.ChoiceField(label=_("Show"), choices=list(SHOW.items()), required=False)
    deeper = forms.DecimalField(
        label=_("Reduced by more than (%)"),
        required=False,
        min_value=0,
        max_value=1_000,
        max_digits=6,
        decimal_places=2,
    )

    def rows(self, report: ConflictReport, limits: ConflictLimits) -> QuerySet[ConflictRow]:
        """Return the rows that are asked for, the worst first."""
        wanted: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        rows = rows_beyond(report, limits) if wanted.get("show") == "beyond" else report.rows.all()
        if wanted.get("show") == "cost":
            rows = rows.filter(loss_cents__gt=0)
        elif wanted.get("show") == "floor":
            rows = rows.filter(below_floor=True)
        elif wanted.get("show") == "margin":
            rows = rows.filter(below_margin(limits))
        elif wanted.get("show") == "unsure":
            rows = rows.filter(bound_cents__gt=0)
        if wanted.get("deeper") is not None:
            rows = rows.filter(off_bp__gt=int(wanted["deeper"] * (WHOLE_BP // 100)))
        return rows.filter(matching(wanted.get("q", ""))).select_related("sku__product")
