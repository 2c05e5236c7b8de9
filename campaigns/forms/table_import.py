"""A table to be imported: a file, or pasted from a spreadsheet."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from campaigns.customer_rows import WrongFile, text_of
from campaigns.forms.inputs import choice, text
from campaigns.table_imports.run import TITLES, rows_in


class TableForm(forms.Form):
    """`text` is the table, from the file or as pasted; `rows` how many there are. `key` makes the import count once."""

    kind = choice(_("What the table is"), list(TITLES.items()))
    file = forms.FileField(label=_("CSV file"), required=False, widget=UnfoldAdminFileFieldWidget)
    pasted = forms.CharField(
        label=_("or the rows, pasted"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5, "spellcheck": "false", "class": "font-mono"}),
        help_text=_("The first row names the columns."),
    )
    reason = text(_("Reason"), longest=200, help_text=_("Kept with every movement, for example the delivery note."))
    only_check = forms.BooleanField(
        label=_("Only check: show what would happen, write nothing"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid4(), "only_check": True}, **kwargs)
        self.text, self.rows = "", 0

    @property
    def new_key(self) -> str:
        """For the next table on a page that shows the report of this one."""
        return str(uuid4())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        field = "file" if cleaned.get("file") else "pasted"
        try:
            self.text = text_of(cleaned["file"].read()) if field == "file" else cleaned.get("pasted", "")
            if not self.text.strip():
                raise WrongFile(gettext("Choose a file or paste the rows."))
            if "kind" in cleaned:
                self.rows = rows_in(cleaned["kind"], self.text)
        except WrongFile as error:
            self.add_error(field, str(error))
        return cleaned
