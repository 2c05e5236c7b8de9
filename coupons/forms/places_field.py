"""Where coupons are claimed: a row for each place, with what a claim costs there and how many there are."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coupons.models import Partner, Position
from coupons.places import PARTNER, USUAL_HOURS, PlaceRule, partner_of, partner_place
from pricing.wording import cents_from, currency_sign, plain_amount

MOST_COST_CENTS = 1_000_000
MOST_UNITS = 2_000_000_000
MOST_HOURS = 8_760

Typed = dict[str, Any]  # {"chosen": [place, …], "cost": {place: text}, "units": {…}, "hours": {…}}


class PlacesWidget(forms.Widget):
    """Checkboxes of all positions and partner channels, each with its figures beside it."""

    template_name = "coupons/admin/places_widget.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        chosen = data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, ()))
        figures = {kind: _typed(data, f"{name}_{kind}:") for kind in ("cost", "units", "hours")}
        return {"chosen": [str(place) for place in chosen], **figures}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # no checkbox is ticked

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        typed = value or {"chosen": [], "cost": {}, "units": {}, "hours": {}}
        rows = [
            {
                "place": place,
                "label": label,
                "chosen": place in typed["chosen"],
                "cost": typed["cost"].get(place, ""),
                "units": typed["units"].get(place, ""),
                "hours": typed["hours"].get(place, str(USUAL_HOURS)) if place == Position.HOME_POPUP else None,
            }
            for place, label in places_offered(typed["chosen"]).items()
        ]
        context["widget"].update(rows=rows, sign=currency_sign())
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)


class PlacesField(forms.Field):
    """Typed places -> {"positions": […], "place_rules": {…}} as a revision stores them."""

    widget = PlacesWidget

    def prepare_value(self, value: Any) -> Any:
        return value

    def clean(self, value: Typed) -> dict[str, Any]:
        offered = places_offered(())
        chosen = list(dict.fromkeys(value["chosen"]))
        if unknown := [place for place in chosen if place not in offered]:
            text = gettext("“%(place)s” is no place that can be chosen.")
            raise ValidationError(text % {"place": unknown[0][:40]})
        rules = {place: _rule(value, place, str(offered[place])) for place in chosen}
        positions = [place for place in chosen if not partner_of(place)]
        if len(positions) < len(chosen):
            positions.append(PARTNER)
        kept = {place: rule for place, rule in rules.items() if rule or partner_of(place)}
        return {"positions": positions, "place_rules": kept}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return initial != data


def places_offered(chosen: Any) -> dict[str, Any]:
    """Return the places that can be chosen, with their labels: positions, active partners, and what is chosen."""
    found: dict[str, Any] = {code: label for code, label in Position.choices if code != PARTNER}
    for partner in Partner.objects.all():
        place = partner_place(partner.code)
        if partner.is_active or place in chosen:
            found[place] = gettext("Partner: %(name)s") % {"name": partner.local_name}
    return found


def initial_places(revision: Any) -> Typed:
    """Return the initial value of the field for a stored revision."""
    rules: Mapping[str, Any] = revision.place_rules
    partners = [place for place in rules if partner_of(place)]
    return {
        "chosen": [*(position for position in revision.positions if position != PARTNER), *partners],
        "cost": {place: plain_amount(rule["cost_cents"]) for place, rule in rules.items() if "cost_cents" in rule},
        "units": {place: str(rule["units"]) for place, rule in rules.items() if "units" in rule},
        "hours": {place: str(rule["every_hours"]) for place, rule in rules.items() if "every_hours" in rule},
    }


def _typed(data: Any, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): str(data[name]).strip() for name in data if name.startswith(prefix)}


def _rule(value: Typed, place: str, label: str) -> dict[str, int]:
    """Return what is stored for a place: only what differs from the usual. Raises ValidationError."""
    rule = {}
    if cost := value["cost"].get(place):
        rule["cost_cents"] = _cents(cost, label)
    if units := value["units"].get(place):
        rule["units"] = _number(units, label, most=MOST_UNITS)
    hours = value["hours"].get(place)
    if hours and place == Position.HOME_POPUP:
        rule["every_hours"] = _number(hours, label, most=MOST_HOURS)
    usual = PlaceRule()
    return {name: figure for name, figure in rule.items() if figure != getattr(usual, name)}


def _cents(text: str, label: str) -> int:
    try:
        cents = cents_from(text)
    except ValueError:
        cents = -1
    if not 0 <= cents <= MOST_COST_CENTS:
        raise ValidationError(gettext("%(place)s: give the cost of a claim as an amount.") % {"place": label})
    return cents


def _number(text: str, label: str, *, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= most:
        return int(text)
    raise ValidationError(
        gettext("%(place)s: give a whole number from 1 to %(most)s.") % {"place": label, "most": most}
    )


def places_field() -> PlacesField:
    return PlacesField(
        label=_("Where it can be claimed"),
        required=False,
        help_text=_("Cost = what one claim there costs you, for the results. Number = how many of all for this place."),
    )
