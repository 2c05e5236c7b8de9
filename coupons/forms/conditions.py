"""Who and from which amount: form fields for the usual conditions, and the conditions they are stored as.

What a form does not know (set by other routes) is kept as it is.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.inputs import choice
from campaigns.forms.rule_fields import CodesField
from pricing.forms.fields import MoneyField

Rows = list[dict[str, Any]]

THRESHOLD, LEVELS, FIRST_ORDER, ORDERED_BEFORE = "min_spend", "member_level", "nth_order", "ordered_before"
NEW, OLD = "new", "old"


def threshold_field() -> forms.Field:
    return MoneyField(
        label=_("From this amount"),
        required=False,
        least_cents=1,
        help_text=_("Reached by exactly this amount. Empty = no threshold."),
    )


def levels_field() -> forms.Field:
    return CodesField(
        label=_("Member levels"),
        required=False,
        help_text=_("Codes such as “vip, gold”. Empty = everyone."),
    )


def new_or_old_field() -> forms.Field:
    choices = [
        ("", _("new and old customers")),
        (NEW, _("only new ones, for their first order")),
        (OLD, _("only old ones, who have ordered before")),
    ]
    field = choice(_("New or old customers"), choices, help_text=_("Decided when the order is placed."))
    field.required = False
    return field


def conditions_from(cleaned: Mapping[str, Any], *, kept: Rows) -> Rows:
    """Return the conditions that the form says, followed by the stored ones that it does not know."""
    found: Rows = []
    if cleaned.get("threshold_cents"):
        found.append({"code": THRESHOLD, "params": {"threshold_cents": cleaned["threshold_cents"]}})
    if cleaned.get("levels"):
        found.append({"code": LEVELS, "params": {"levels": cleaned["levels"]}})
    if cleaned.get("new_or_old") == NEW:
        found.append({"code": FIRST_ORDER, "params": {"order_number": 1}})
    if cleaned.get("new_or_old") == OLD:
        found.append({"code": ORDERED_BEFORE, "params": {}})
    return found + [row for row in kept if not _known(row)]


def initial_conditions(rows: Rows) -> dict[str, Any]:
    """Return the initial values of the fields for stored conditions."""
    known = {row["code"]: row["params"] for row in rows if _known(row)}
    return {
        "threshold_cents": known.get(THRESHOLD, {}).get("threshold_cents"),
        "levels": known.get(LEVELS, {}).get("levels"),
        "new_or_old": NEW if FIRST_ORDER in known else OLD if ORDERED_BEFORE in known else "",
    }


def _known(row: Mapping[str, Any]) -> bool:
    params = row["params"]
    return (
        (row["code"] == THRESHOLD and set(params) == {"threshold_cents"})
        or row["code"] in (LEVELS, ORDERED_BEFORE)
        or (row["code"] == FIRST_ORDER and params.get("order_number", 1) == 1)
    )
