"""Shape of a choice of gifts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pricing.engine.presents import MAX_PRESENTS
from storefront.forms.coupons import HIGHEST_KEY

WRONG_GIFTS = _("Choose among the gifts of this promotion.")


class GiftsForm(forms.Form):
    """A campaign and the SKUs of the gifts picked."""

    campaign = forms.IntegerField(
        min_value=1,
        max_value=HIGHEST_KEY,
        error_messages={name: WRONG_GIFTS for name in ("required", "invalid", "min_value", "max_value")},
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        picked = list(dict.fromkeys(self.data.getlist("gifts")))
        if len(picked) > MAX_PRESENTS or any(len(code) > 200 or "\0" in code for code in picked):
            raise forms.ValidationError(WRONG_GIFTS)
        return {**cleaned, "gifts": picked}
