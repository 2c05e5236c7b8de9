"""For whom links are made, and until when they are good."""

from typing import Any

from django import forms
from django.contrib.admin import VERTICAL
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from campaigns.forms.inputs import moment, text
from campaigns.models import Customer, CustomerList

ANYBODY, ONE, LIST = "anybody", "one", "list"
WHOM = (
    (ANYBODY, _("one link that many may use: each customer gets one coupon")),
    (ONE, _("one link for one customer only")),
    (LIST, _("a link for each customer on an imported list, as a CSV file")),
)


class ClaimLinksForm(forms.Form):
    """`cleaned_data["customer"]` is the customer of a link for one, None otherwise."""

    whom = forms.ChoiceField(
        label=_("For whom"), choices=WHOM, initial=ANYBODY, widget=UnfoldAdminRadioSelectWidget(radio_style=VERTICAL)
    )
    customer = text(_("Customer number"), longest=64)
    customers = forms.ModelChoiceField(
        label=_("Imported list"),
        queryset=CustomerList.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    ends_at = moment(_("Good until"), help_text=_("At this moment the links stop working."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        whom, code = cleaned.get("whom"), cleaned.get("customer", "")
        cleaned["customer"] = Customer.objects.filter(code=code).first() if whom == ONE else None
        if whom == ONE and cleaned["customer"] is None and "customer" not in self.errors:
            self.add_error("customer", gettext("No customer has this number."))
        if whom == LIST and cleaned.get("customers") is None and "customers" not in self.errors:
            self.add_error("customers", gettext("Choose a list; import one under “Customer lists” first."))
        return cleaned
