"""Better coupons from higher amounts, typed as rows: from which amount, which coupon, what it is worth."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.commands.campaigns import FOR_SOME_ONLY
from campaigns.sources import RewardTemplate, ask
from pricing.engine.reward_tiers import MAX_REWARD_TIERS
from pricing.wording import cents_from, currency_sign, money_text, plain_amount

SPARE_ROWS = 2
COLUMNS = ("from", "template", "value")

Row = dict[str, str]  # {"from": "500", "template": "7", "value": "60"}


def reward_choices(chosen: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the coupons that a campaign may promise, an empty choice, and those chosen before that it may not."""
    offered = [row for row in _templates() if not row.has_audience or row.code in chosen]
    return [("", gettext("choose")), *((row.code, _label(row)) for row in offered)]


def _templates() -> list[RewardTemplate]:
    return ask("reward_templates", default=[])


def _label(row: RewardTemplate) -> str:
    return f"{row.code} · {row.name}" + (f" · {gettext('for some customers only')}" if row.has_audience else "")


def _check_promised(code: str) -> None:
    """Refuse a coupon that some customers never get."""
    if any(row.code == code and row.has_audience for row in _templates()):
        raise ValidationError(gettext(FOR_SOME_ONLY) % {"code": code})


class RewardSelect(UnfoldAdminSelectWidget):
    """A coupon that was chosen before stays to be seen, with the reason why it cannot be kept."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        self.choices = reward_choices(value)
        return super().optgroups(name, value, attrs)


class RewardField(forms.ChoiceField):
    """The code of a coupon template that every order may be promised."""

    widget = RewardSelect

    def valid_value(self, value: str) -> bool:
        return any(row.code == value for row in _templates())

    def validate(self, value: str) -> None:
        super().validate(value)
        _check_promised(value)


def reward_tier_texts(tiers: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Say each stored tier in one line: from which amount, the coupon, its worth."""
    tiers = list(tiers)
    names = dict(reward_choices([tier["template"] for tier in tiers]))
    for tier in tiers:
        yield gettext("from %(amount)s: %(coupon)s, worth %(worth)s") % {
            "amount": money_text(tier["threshold_cents"]),
            "coupon": names.get(tier["template"], tier["template"]),
            "worth": money_text(tier["value_cents"]),
        }


class RewardTiersWidget(forms.Widget):
    """One row per tier and some spare ones; a row without a coupon and figures counts as empty."""

    template_name = "campaigns/admin/reward_tiers.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *[dict.fromkeys(COLUMNS, "")] * SPARE_ROWS][:MAX_REWARD_TIERS]
        choices = reward_choices([row["template"] for row in rows])
        context["widget"].update(rows=rows, choices=choices, currency=currency_sign())
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row] | None:
        if f"{name}_from" not in data:
            return None
        columns = [[text.strip() for text in data.getlist(f"{name}_{column}")] for column in COLUMNS]
        rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=False)]
        return [row for row in rows if any(row.values())]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_from"


class RewardTiersField(forms.Field):
    """Tiers as JSON for the rule's parameters; the rule itself checks that they rise."""

    widget = RewardTiersWidget

    def prepare_value(self, value: Any) -> Any:
        """Return rows for stored tiers; what was typed is shown again as it is."""
        if not value or "value_cents" not in value[0]:
            return value
        return [
            {
                "from": plain_amount(tier["threshold_cents"]),
                "template": tier["template"],
                "value": plain_amount(tier["value_cents"]),
            }
            for tier in value
        ]

    def to_python(self, value: list[Row] | None) -> list[dict[str, Any]]:
        known = {row.code for row in _templates()}
        return [_read_row(number, row, known) for number, row in enumerate(value or [], start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _read_row(number: int, row: Row, known: set[str]) -> dict[str, Any]:
    if row["template"] not in known:
        raise ValidationError(gettext("Better coupon %(number)s: choose a coupon.") % {"number": number})
    _check_promised(row["template"])
    figures = {"threshold_cents": row["from"], "value_cents": row["value"]}
    return {"template": row["template"]} | {name: _read_cents(number, typed) for name, typed in figures.items()}


def _read_cents(number: int, typed: str) -> int:
    try:
        cents = cents_from(typed)
    except ValueError:
        cents = 0
    if cents < 1:
        text = gettext("Better coupon %(number)s: “%(typed)s” is no amount. Give a figure such as 500.")
        raise ValidationError(text % {"number": number, "typed": typed})
    return cents
