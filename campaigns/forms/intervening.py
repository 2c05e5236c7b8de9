"""What is asked before an intervention: the SKUs where it is about some, and the reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from campaigns.forms.goods import chooser
from campaigns.models import CampaignRevision
from campaigns.selectors.interventions import withdrawn_skus

KEEP = _("The SKUs that were taken out stay out")
LONGEST_REASON = 1_000
MOST_SKUS = 200
NAMED = 12


class SkusForm(forms.Form):
    """Which SKUs to take out or back in; `offered` narrows what may be named."""

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skus"] = chooser("sku", _("SKUs"), _("Type a code or a name."))
        self.fields["skus"].required = True
        self.fields["skus"].queryset = offered
        self.fields["skus"].error_messages["invalid_choice"] = _("SKU %(value)s is not among those of this campaign.")

    def clean_skus(self) -> Any:
        chosen = self.cleaned_data["skus"]
        if len(chosen) > MOST_SKUS:
            raise forms.ValidationError(_("%(most)s SKUs at most at a time."), params={"most": MOST_SKUS})
        return chosen


def keep_or_bring_back(form: forms.Form, revision: CampaignRevision | None) -> None:
    """Ask, where SKUs were taken out of the campaign, whether they stay out with this version."""
    codes = [sku.code for sku in withdrawn_skus(revision.campaign)[: NAMED + 1]] if revision else []
    if codes:
        named = ", ".join(codes[:NAMED]) + (" …" if len(codes) > NAMED else "")
        text = _("Taken out: %(codes)s. Switched off, they come back when this version is approved.")
        form.fields["keeps_withdrawn"] = forms.BooleanField(
            label=KEEP, required=False, widget=UnfoldBooleanSwitchWidget, help_text=text % {"codes": named}
        )
