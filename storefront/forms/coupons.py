"""Shape of what coupon pages send."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from coupons.links import read_channel
from coupons.models import Position
from coupons.places import partner_place

HIGHEST_KEY = 2**63 - 1


RELOAD = _("Please reload the page and claim again.")


class SeqForm(forms.Form):
    """`seq`: which of the customer's coupons this is, as the page showed it."""

    seq = forms.IntegerField(min_value=1, max_value=32_767, error_messages={"required": RELOAD, "invalid": RELOAD})


class ClaimForm(SeqForm):
    """`position` or `channel`: where the coupon stood. `cleaned_data["place"]` is a place of coupons.places."""

    position = forms.ChoiceField(
        choices=Position.choices, error_messages={"required": RELOAD, "invalid_choice": RELOAD}
    )
    channel = forms.CharField(required=False)

    def __init__(self, *args: object, claim_campaign_id: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.claim_campaign_id = claim_campaign_id

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        cleaned["place"] = cleaned.get("position", "")
        if cleaned["place"] == Position.PARTNER:
            campaign_id, partner = read_channel(cleaned.get("channel", "")) or (0, "")
            if campaign_id != self.claim_campaign_id:
                raise forms.ValidationError(RELOAD)
            cleaned["place"] = partner_place(partner)
        return cleaned


class DrawForm(SeqForm):
    """`seq`: which of the customer's draws this is; `revision`: the version whose odds the page showed."""

    revision = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_KEY)


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
