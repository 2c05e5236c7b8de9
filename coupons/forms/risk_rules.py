"""Rules typed as cards, one for each: no JSON, and no script needed. A card without a signal is no rule."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext

from coupons.risk.rules import EFFECTS, LONGEST_NAME, MOST_RULES, SIGNS, WrongRule, load_rule, stored
from coupons.risk.signals import ACTS, SIGNALS, WHO
from pricing.wording import say

SPARE_CARDS = 2
FIELDS = ("signal", "per", "within", "unit", "comparison", "threshold", "effect", "points", "name", "name_zh")
MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
Typed = dict[str, Any]


class RulesWidget(forms.Widget):
    """A card for each rule, and some empty ones below."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        spare = [{}] * min(SPARE_CARDS, MOST_RULES - len(value or []))
        cards = [{"number": number, **_shown(card)} for number, card in enumerate([*(value or []), *spare], start=1)]
        units = {"minutes": gettext("minutes"), "hours": gettext("hours"), "days": gettext("days")}
        choices = {
            "signals": [(code, gettext(signal.label)) for code, signal in SIGNALS.items()],
            "who": [(code, gettext(label)) for code, label in WHO.items()],
            "signs": list(SIGNS.items()),
            "units": list(units.items()),
            "effects": [(code, gettext(label)) for code, label in EFFECTS.items()],
            "acts": [(code, gettext(label)) for code, label in ACTS.items()],
        }
        context = {"name": name, "id": (attrs or {}).get("id", name), "cards": cards, **choices}
        limits = {"longest": LONGEST_NAME, "most": MOST_RULES}
        return render_to_string("coupons/admin/risk/rules.html", context | limits)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Typed]:
        cards = [_typed(data, f"{name}_{number}") for number in range(1, MOST_RULES + 1)]
        return [card for card in cards if card["signal"]]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_1_signal"

    class Media:
        css = {"all": ["coupons/risk.css"]}  # noqa: RUF012 (Django reads it so)
        js = ("coupons/risk-rules.js",)


def _typed(data: Any, prefix: str) -> Typed:
    card = {field: str(data.get(f"{prefix}_{field}", "")).replace("\0", "").strip() for field in FIELDS}
    return card | {"acts": data.getlist(f"{prefix}_acts")}


def _shown(card: Typed) -> Typed:
    return {"acts": list(ACTS), "unit": "hours", "comparison": "gt", "effect": "points", **card}


class RulesField(forms.Field):
    """Rules as they are stored; each is checked as the engine of rules checks it."""

    widget = RulesWidget

    def prepare_value(self, value: Any) -> list[Typed]:
        if value and "within" not in value[0]:
            return [_card_of(row) for row in value]
        return value or []

    def to_python(self, value: list[Typed] | None) -> list[dict[str, Any]]:
        return [_read(card, number) for number, card in enumerate(value or [], start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _card_of(row: Mapping[str, Any]) -> Typed:
    """Return a stored rule as it would be typed."""
    minutes, signal = row["minutes"], SIGNALS.get(row["signal"])
    unit = next((name for name in ("days", "hours") if minutes and minutes % MINUTES[name] == 0), "minutes")
    threshold = row["threshold"] // 100 if signal and signal.unit == "bp" else row["threshold"]
    within = str(minutes // MINUTES[unit]) if minutes else ""
    points = str(row["points"]) if row["points"] else ""
    return {**row, "within": within, "unit": unit, "threshold": str(threshold), "points": points}


def _read(card: Typed, number: int) -> dict[str, Any]:
    signal = SIGNALS.get(card["signal"])
    windowed, counted = bool(signal and signal.windowed), bool(signal and signal.per)
    threshold = _whole(card["threshold"], number)
    row = {
        "signal": card["signal"],
        "per": card["per"] if counted else "",
        "minutes": _whole(card["within"] or "0", number) * MINUTES.get(card["unit"], 1) if windowed else 0,
        "comparison": card["comparison"],
        "threshold": threshold * 100 if signal and signal.unit == "bp" else threshold,
        "effect": card["effect"],
        "points": _whole(card["points"] or "0", number) if card["effect"] == "points" else 0,
        "acts": [act for act in ACTS if act in card["acts"]],
        "name": card["name"][:LONGEST_NAME],
        "name_zh": card["name_zh"][:LONGEST_NAME],
    }
    try:
        return stored([load_rule(row, number)])[0]
    except WrongRule as wrong:
        raise ValidationError(say(wrong)) from None


def _whole(text: str, number: int) -> int:
    digits = text.removeprefix("-").removeprefix("−")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 7:
        wrong = gettext("Rule %(number)s: “%(typed)s” is no whole number.")
        raise ValidationError(wrong % {"number": number, "typed": text[:20]})
    return -int(digits) if digits != text else int(digits)
