"""Tiers typed as rows: "from 300 → 50 off", not as JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pricing.engine.money import WHOLE_BP
from pricing.engine.tiers import MAX_TIERS, Tier
from pricing.wording import cents_from, currency_sign, plain_amount, plain_rate, rate_bp_from, speaks_chinese

COUNTED = {"cents": _("the amount spent"), "pieces": _("the number of pieces")}
GIVEN = {"off": _("an amount off"), "rate": _("a rate off")}
PRICE = "price"  # where a tier may also say what is left to pay
SPARE_ROWS = 2
LEAST_ROWS = 4

Typed = dict[str, Any]  # {"counted": "cents", "given": "off", "rows": [("300", "50"), …]}


class TiersWidget(forms.Widget):
    """Two choices above (what is counted, what is given), then a row of two figures for each tier."""

    template_name = "campaigns/admin/tiers.html"
    counted: ClassVar[Mapping[str, Any]] = COUNTED
    given: ClassVar[Mapping[str, Any]] = GIVEN

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = value or {"counted": next(iter(self.counted)), "given": next(iter(self.given)), "rows": []}
        rows = [*typed["rows"], *[("", "")] * max(SPARE_ROWS, LEAST_ROWS - len(typed["rows"]))]
        context["widget"].update(
            counted=[_option(key, label, typed["counted"]) for key, label in self.counted.items()],
            given=[_option(key, label, typed["given"]) for key, label in self.given.items()],
            rows=rows[:MAX_TIERS],
            counted_unit=_unit_of(typed["counted"]),
            given_unit=_unit_of(typed["given"]),
            word=_word_behind(typed["given"]),
        )
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed | None:
        if f"{name}_counted" not in data:
            return None
        pairs = zip(data.getlist(f"{name}_from"), data.getlist(f"{name}_off"), strict=False)
        rows = [(start.strip(), off.strip()) for start, off in pairs]
        return {
            "counted": data[f"{name}_counted"],
            "given": data.get(f"{name}_given", next(iter(self.given))),
            "rows": [row for row in rows if any(row)],
        }

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_from"

    class Media:
        js = ["campaigns/tiers.js"]


def _option(key: str, label: Any, chosen: str) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "chosen": key == chosen,
        "unit": _unit_of(key),
        "word": _word_behind(key),
    }


def _unit_of(key: str) -> str:
    """Return the sign beside a figure of this sort."""
    if key == "pieces":
        return gettext("pcs")
    if key == "rate":
        return "折" if speaks_chinese() else "%"
    return currency_sign()


def _word_behind(key: str) -> str:
    return gettext("each") if key == PRICE else gettext("off")


class TiersField(forms.Field):
    """Tiers as JSON for the rule's parameters; the rule itself checks that they rise."""

    widget = TiersWidget

    def prepare_value(self, value: Any) -> Typed | None:
        if not isinstance(value, (list, tuple)):
            return value
        tiers = [tier if isinstance(tier, Tier) else Tier(**tier) for tier in value]
        return {
            "counted": "pieces" if tiers and tiers[0].by_pieces else "cents",
            "given": "rate" if tiers and tiers[0].rate_bp else "off",
            "rows": [(_typed_threshold(tier), _typed_worth(tier)) for tier in tiers],
        }

    def to_python(self, value: Typed | None) -> list[dict[str, int]]:
        if not value or value["counted"] not in COUNTED or value["given"] not in GIVEN:
            return []
        return [
            _read_row(number, row, counted=value["counted"], given=value["given"])
            for number, row in enumerate(value["rows"], start=1)
        ]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _typed_threshold(tier: Tier) -> str:
    return str(tier.threshold_pieces) if tier.by_pieces else plain_amount(tier.threshold_cents or 0)


def _typed_worth(tier: Tier) -> str:
    return plain_rate(tier.rate_bp) if tier.rate_bp else plain_amount(tier.off_cents or 0)


def _read_row(number: int, row: tuple[str, str], *, counted: str, given: str) -> dict[str, int]:
    threshold, worth = row
    try:
        start = cents_from(threshold) if counted == "cents" else int(threshold)
    except ValueError:
        text = gettext("Tier %(number)s: “%(typed)s” is no threshold. Give a figure such as 300.")
        raise ValidationError(text % {"number": number, "typed": threshold}) from None
    try:
        figure = cents_from(worth) if given == "off" else rate_bp_from(worth)
    except ValueError:
        figure = 0
    if figure < 1 or (given == "rate" and figure > WHOLE_BP):
        text = gettext("Tier %(number)s: “%(typed)s” is no reduction. Give a figure such as 50.")
        raise ValidationError(text % {"number": number, "typed": worth})
    return {f"threshold_{counted}": start, "off_cents" if given == "off" else "rate_bp": figure}
