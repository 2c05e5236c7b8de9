"""Importing customers from a file or a paste: into a list, or under tags. All of it or nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from campaigns.customer_rows import Complaint, Row, WrongFile, complaints_about, customers_named, read_rows, text_of
from campaigns.forms.inputs import long_text, text
from campaigns.models import CustomerList, Tag

PUT_ON, TAKE_OFF = "put_on", "take_off"


def file_field(help_text: str) -> forms.FileField:
    return forms.FileField(label=_("File"), required=False, help_text=help_text, widget=UnfoldAdminFileFieldWidget)


class CustomerRowsForm(forms.Form):
    """A file or pasted rows. Afterwards `complaints` names every wrong row, and `customer_ids` holds the customers."""

    most_cells = 1
    complaints: Sequence[Complaint] = ()

    file = file_field(_("CSV with one customer number in a row."))
    pasted = forms.CharField(
        label=_("Or pasted rows"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false", "class": "font-mono"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "")
        if self.errors:
            return cleaned
        if bool(file) == bool(pasted.strip()):
            raise ValidationError({"file": gettext("Choose a file, or paste rows: one of the two.")})
        try:
            rows = read_rows(text_of(file.read()) if file else pasted)
        except WrongFile as wrong:
            raise ValidationError({"file" if file else "pasted": str(wrong)}) from None
        if not rows:
            raise ValidationError({"file" if file else "pasted": gettext("There is no customer number in it.")})
        known = customers_named(row.customer for row in rows)
        self.complaints = [*complaints_about(rows, known, most_cells=self.most_cells), *self.complaints_beside(rows)]
        if self.complaints:
            raise ValidationError(
                gettext("Nothing was imported: %(count)s of %(total)s rows are wrong. Correct them and send all again.")
                % {"count": len(self.complaints), "total": len(rows)}
            )
        self.rows, self.known = rows, known
        return cleaned

    def complaints_beside(self, rows: Sequence[Row]) -> list[Complaint]:
        """Return what is wrong with the other cells."""
        return []

    @property
    def customer_ids(self) -> list[int]:
        """The customers named, each once."""
        return sorted({self.known[row.customer] for row in self.rows})


class ListForm(CustomerRowsForm):
    """A new list of customers."""

    name = text(_("Name"), longest=120, required=True)
    note = long_text(_("Where it comes from"))

    field_order = ["name", "note", "file", "pasted"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if CustomerList.objects.filter(name=name).exists():
            raise ValidationError(gettext("There is a list of this name already. Lists never change: choose another."))
        return name


class TagImportForm(CustomerRowsForm):
    """Customers to be tagged: all with one tag, or each with the code of a tag in the second column."""

    most_cells = 2

    file = file_field(_("CSV: the customer number and, where no tag is chosen above, the code of the tag beside it."))
    tag = forms.ModelChoiceField(
        label=_("Tag"),
        queryset=Tag.objects.filter(rule={}),
        required=False,
        empty_label=_("as the second column says, by its code"),
        widget=UnfoldAdminSelectWidget,
    )
    deed = forms.ChoiceField(
        label=_("What happens"),
        choices=[(PUT_ON, _("they get the tag")), (TAKE_OFF, _("it is taken off them"))],
        initial=PUT_ON,
        widget=UnfoldAdminRadioSelectWidget(radio_style=1),
    )

    field_order = ["tag", "deed", "file", "pasted"]

    def complaints_beside(self, rows: Sequence[Row]) -> list[Complaint]:
        chosen = self.cleaned_data.get("tag")
        self.tags = {tag.code: tag for tag in Tag.objects.all()}
        return [
            Complaint(row.line, row.customer, trouble) for row in rows if (trouble := self._trouble_with(row, chosen))
        ]

    def _trouble_with(self, row: Row, chosen: Tag | None) -> str:
        code = row.others[0] if row.others else ""
        if chosen:
            different = code and code != chosen.code
            return gettext("The second column names another tag than the one chosen above.") if different else ""
        if not code:
            return gettext("The code of the tag is missing in the second column, and none is chosen above.")
        if code not in self.tags:
            return gettext("There is no tag with the code %(code)s.") % {"code": code[:64]}
        if self.tags[code].rule:
            return gettext("The tag %(code)s is kept by its rule.") % {"code": code}
        return ""

    @property
    def customers_by_tag(self) -> dict[int, set[int]]:
        """The customers of each tag, by primary keys."""
        chosen, found = self.cleaned_data["tag"], {}
        for row in self.rows:
            tag = chosen or self.tags[row.others[0]]
            found.setdefault(tag.pk, set()).add(self.known[row.customer])
        return found
