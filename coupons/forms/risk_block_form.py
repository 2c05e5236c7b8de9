"""Who is put on a block list, until when and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.inputs import choice, long_text, moment, text
from coupons.models import BlockKind, RiskBlock


class RiskBlockForm(forms.ModelForm):
    """One new entry. Addresses are stored as a digest: nobody reads them from the list."""

    kind = choice(_("Kind"), BlockKind.choices)
    who = text(
        _("Who"),
        longest=64,
        required=True,
        help_text=_("Customer number, phone number, network address, or the mark that a decision shows."),
    )
    until = moment(_("Until"), required=False, help_text=_("Empty = until somebody lifts it."))
    reason = long_text(_("Reason"), help_text=_("It stays in the history."))

    class Meta:
        model = RiskBlock
        fields = ["kind", "until", "reason"]

    field_order = ("kind", "who", "until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
