"""Shape of a refund request: which units, then the agreement to the exact amount."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.forms.checkout import RELOAD
from storefront.models import Fault
from storefront.selectors.orders import OrderLineView


class UnitsForm(forms.Form):
    """A field `units_<line>` per line that still holds units, and why they come back."""

    fault = forms.ChoiceField(label=_("Why do you return it?"), choices=Fault, initial=Fault.SHOPPER)
    reason = forms.CharField(
        label=_("Anything we should know? (optional)"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, lines: Iterable[OrderLineView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.rows = [row for row in lines if row.held]
        for row in self.rows:
            most = _("You can return at most %(limit_value)s.")
            self.fields[f"units_{row.line.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=row.held,
                initial=0,
                label=row.line.local_name,
                error_messages={
                    "invalid": _("Enter a whole number."),
                    "max_value": most,
                    "min_value": _("A quantity is not negative."),
                },
            )

    def clean(self) -> dict[str, object]:
        if not self.errors and not self.units():
            raise forms.ValidationError(_("Choose at least one piece to return."))
        return self.cleaned_data

    def units(self) -> dict[int, int]:
        """Return how many units come back, by line."""
        wanted = {row.line.pk: self.cleaned_data.get(f"units_{row.line.pk}") or 0 for row in self.rows}
        return {line: units for line, units in wanted.items() if units}

    def choices(self) -> list[tuple[OrderLineView, forms.BoundField]]:
        """Return the lines with their fields, for the page."""
        return [(row, self[f"units_{row.line.pk}"]) for row in self.rows]


class ConfirmForm(forms.Form):
    """`shown_cents`: the amount that was on the page; `key`: the number of this request."""

    shown_cents = forms.IntegerField(min_value=0, max_value=2**63 - 1, error_messages={"invalid": RELOAD})
    key = forms.UUIDField(error_messages={"invalid": RELOAD})
