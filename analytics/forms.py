"""Which days a report covers."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldBooleanWidget

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9000, 12, 31)


class DayField(forms.DateField):
    """A day as browsers send it, whatever the language of the page."""

    def __init__(self, **kwargs: Any) -> None:
        shape = {"type": "date", "class": " ".join(INPUT_CLASSES)}
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs=shape),
            error_messages={"invalid": _("Enter a day such as 2026-11-11.")},
            **kwargs,
        )

    def clean(self, value: Any) -> date:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(gettext("Enter a day between 1970 and 9000."))
        return day


class PeriodForm(forms.Form):
    """Both days are included. A first day after the last one is refused."""

    since = DayField(label=pgettext_lazy("first day", "From"))
    until = DayField(label=pgettext_lazy("last day", "To"))
    imported = forms.BooleanField(
        label=_("With imported orders"),
        help_text=_("Past orders taken in from a file; the shop took no money for them. Leave them out for the books."),
        required=False,
        widget=UnfoldBooleanWidget,
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("The last day must not be before the first one."))
        return found
