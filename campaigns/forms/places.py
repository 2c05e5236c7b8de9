"""Where an offer applies: form fields for channels, terminals and regions, stored as conditions of the engine.

Conditions that a form does not know (set by other routes) are kept as they are.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from campaigns.forms.rule_fields import CodesField
from pricing.engine.texts import MAX_TEXT
from pricing.places import CHANNELS, TERMINALS

Rows = list[dict[str, Any]]
# form field, which is also the parameter -> code of the condition
PLACES = {"channels": "channel", "terminals": "terminal", "regions": "region"}


class RegionsField(CodesField):
    """Names of regions, separated by commas; a name may have spaces in it."""

    separators = r"[,，、;；\n]+"

    def clean(self, value: Any) -> list[str]:
        found = super().clean(value)
        if any(len(region) > MAX_TEXT for region in found):
            raise ValidationError(gettext("Separate the regions by commas."))
        return found


def channels_field() -> forms.Field:
    return _boxes(_("Channels"), CHANNELS, _("None ticked = all."))


def terminals_field() -> forms.Field:
    return _boxes(_("Terminals"), TERMINALS, _("None ticked = all. The browser tells, or the system that asks."))


def regions_field() -> forms.Field:
    help_text = _("Where the goods go, separated by commas, as in addresses. Empty = everywhere.")
    return RegionsField(label=_("Regions"), required=False, help_text=help_text)


def place_conditions(cleaned: Mapping[str, Any], *, kept: Rows) -> Rows:
    """Return the conditions that the form says, followed by the stored ones that it does not know."""
    said = [
        {"code": code, "params": {field: sorted(cleaned[field])}}
        for field, code in PLACES.items()
        if cleaned.get(field)
    ]
    return said + [row for row in kept if row["code"] not in PLACES.values()]


def initial_places(conditions: Rows) -> dict[str, Any]:
    """Return the initial values of the fields for stored conditions."""
    stored = {row["code"]: row["params"] for row in conditions}
    return {field: stored[code][field] for field, code in PLACES.items() if code in stored}


def _boxes(label: str, choices: Mapping[str, str], help_text: str) -> forms.Field:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices.items()),
        required=False,
        help_text=help_text,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
