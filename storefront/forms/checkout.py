"""Shape of a checkout: who gets it and what was agreed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

RELOAD = _("Please reload the page and try again.")


class RegionForm(forms.Form):
    region = forms.CharField(
        label=_("Province or region"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )


class CheckoutForm(RegionForm):
    """The recipient; hidden: the fingerprint of the quote that was shown, and the key of this order."""

    name = forms.CharField(label=_("Full name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.RegexField(
        r"^[0-9 +()\-]{5,32}$",
        label=_("Phone"),
        error_messages={"invalid": _("Enter digits, such as 138 0013 8000 or +44 20 7946 0958.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "maxlength": 32}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 2}),
    )
    fingerprint = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput, error_messages={"invalid": RELOAD})
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": RELOAD})

    field_order = ["name", "phone", "region", "address"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].required = True
