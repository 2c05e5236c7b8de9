"""Whom an offer is for: the inputs that every set-up form with an audience shares."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin import VERTICAL
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from campaigns.audience.tree import all_conditions, load_tree
from campaigns.forms.audience import AudienceField
from campaigns.forms.inputs import choice
from campaigns.models import Aimed, NewTo

AIM = ("new_to", "audience", "audience_frozen")
LIVE, FROZEN = "live", "frozen"


def new_to_field() -> forms.Field:
    field = choice(_("New customers"), NewTo.choices, initial=NewTo.ANYBODY)
    field.required = False
    field.help_text = _("New = no paid order before this one; decided again when the order is placed.")
    return field


def audience_field(*, beside: Sequence[str] = ("new_to", "shop")) -> forms.Field:
    """Conditions, counted live; `beside` names the inputs that decide with them who is reached."""
    return AudienceField(
        label=_("Only customers for whom"),
        required=False,
        spell_out=True,
        beside=beside,
        help_text=_("No condition = everyone."),
    )


def frozen_field() -> forms.Field:
    choices = [
        (LIVE, _("live: decided with each quote, by what is known of the customer then")),
        (FROZEN, _("frozen at approval: who belongs then stays in, nobody joins later")),
    ]
    return forms.ChoiceField(
        label=_("Who belongs is"),
        choices=choices,
        initial=LIVE,
        required=False,
        widget=UnfoldAdminRadioSelectWidget(radio_style=VERTICAL),
    )


def check_aim(form: forms.Form, cleaned: Mapping[str, Any]) -> None:
    """Add to the form what contradicts itself, at the field where it is mended."""
    if cleaned.get("new_to") == NewTo.SHOP and not cleaned.get("shop") and "shop" not in form.errors:
        text = gettext("The platform has no customers of its own shop: choose “never bought here”, or a shop as owner.")
        form.add_error("new_to", text)
    if "audience" in form.errors or cleaned.get("audience_frozen") != FROZEN:
        return
    if any(rule.DECIDED_AT_ORDER for rule in all_conditions(load_tree(cleaned.get("audience") or {}))):
        text = gettext(
            "Who is new is decided with each order and cannot be frozen: choose “live”, or take it out here."
        )
        form.add_error("audience_frozen", text)


def initial_aim(aimed: Aimed) -> dict[str, Any]:
    """Return the initial values of the inputs for a stored revision."""
    frozen = FROZEN if aimed.audience_frozen else LIVE
    return {"new_to": aimed.new_to, "audience": aimed.audience, "audience_frozen": frozen}
