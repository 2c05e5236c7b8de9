"""What an operator books for one SKU."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from campaigns.forms.inputs import choice, text
from pricing.models.on_hand import MOST_PIECES

RECEIVE, CORRECT, WRITE_OFF, TAKE_STOCK, BEGIN, END = "receive", "correct", "write_off", "take_stock", "begin", "end"
COUNTED = [
    (RECEIVE, _("receipt: goods have come in")),
    (TAKE_STOCK, _("the shelf was counted: so many pieces are in the house")),
    (CORRECT, _("correction: more (+) or fewer (-) than was thought")),
    (WRITE_OFF, _("write off: goods that cannot be sold")),
    (END, _("do not count this SKU any more")),
]
UNCOUNTED = [(BEGIN, _("count this SKU from now on: so many pieces are in the house"))]


class StockForm(forms.Form):
    """One act; `key` makes a second click the same act."""

    act = choice(_("What"), COUNTED)
    units = forms.IntegerField(
        label=_("Pieces"),
        required=False,
        min_value=-MOST_PIECES,
        max_value=MOST_PIECES,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    reason = text(_("Reason"), longest=200, help_text=_("For example the delivery note; needed for corrections."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_counted: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid4()}, **kwargs)
        self.fields["act"].choices = COUNTED if is_counted else UNCOUNTED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("act") != END and cleaned.get("units") is None and "units" not in self.errors:
            self.add_error("units", _("Say how many pieces."))
        return cleaned
