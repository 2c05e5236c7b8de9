"""Shape of what coupon pages send."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

HIGHEST_KEY = 2**63 - 1


class ClaimForm(forms.Form):
    """`seq`: which of the customer's coupons this is, as the page showed it."""

    seq = forms.IntegerField(
        min_value=1,
        max_value=32_767,
        error_messages={
            "required": _("Please reload the page and claim again."),
            "invalid": _("Please reload the page and claim again."),
        },
    )


class PickForm(forms.Form):
    """Coupons picked at checkout; `best` leaves the choice to the shop."""

    best = forms.BooleanField(required=False)
    coupons = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.getlist("coupons") if hasattr(self.data, "getlist") else []
        # Whose coupons they are is for the command to decide; here they only have to be numbers.
        known = [text for text in sent if re.fullmatch(r"[0-9]{1,19}", text) and int(text) <= HIGHEST_KEY]
        self.fields["coupons"].choices = [(text, text) for text in known]
        self.fields["coupons"].error_messages["invalid_choice"] = _("Choose coupons from your own wallet.")
