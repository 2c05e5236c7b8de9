"""Whom an activity is for: the inputs of a campaign's audience, in the words of claiming."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.aim import FROZEN, LIVE, audience_field, check_aim, frozen_field, new_to_field

Rows = list[dict[str, Any]]


def _new_to() -> forms.Field:
    field = new_to_field()
    field.help_text = _("New = no paid order yet at the moment of the claim.")
    return field


def _frozen() -> forms.Field:
    field = frozen_field()
    field.choices = [
        (LIVE, _("live: decided with each claim, by what is known of the customer then")),
        (FROZEN, _("frozen at approval: who belongs then stays in, nobody joins later")),
    ]
    return field


class AudienceFields(forms.Form):
    """For the form of an activity with a `template`, whose owner is meant by “the owner's shop”."""

    new_to = _new_to()
    audience = audience_field(beside=("new_to", "template"))
    audience_frozen = _frozen()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        template = cleaned.get("template")
        if template is not None:
            check_aim(self, {**cleaned, "shop": template.shop})
        return cleaned


def said_audience(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a revision that the inputs fill."""
    return {
        "new_to": cleaned.get("new_to") or "",
        "audience": cleaned.get("audience") or {},
        "audience_frozen": cleaned.get("audience_frozen") == FROZEN,
    }


def tree_of(conditions: Rows) -> tuple[dict[str, Any], Rows]:
    """Return the conditions of an older version as a tree of an audience, and those that no tree can say."""
    parts, rest = [], []
    for row in conditions:
        if row["code"] == "member_level":
            parts.append({"is": "level", "of": sorted(row["params"].get("levels", ()))})
        elif row["code"] == "nth_order":
            parts.append({"is": "nth_order", "of": [str(row["params"].get("order_number", 1))]})
        else:
            rest.append(row)
    return ({"all": parts} if parts else {}), rest
