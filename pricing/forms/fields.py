"""Form fields for figures: people type decimal text, rows hold whole cents and basis points."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminTextInputWidget

from pricing.engine.money import WHOLE_BP
from pricing.models.sku import HIGHEST_PRICE_CENTS
from pricing.wording import (
    bp_from_percent,
    cents_from,
    currency_sign,
    money_text,
    plain_amount,
    plain_percent,
    plain_rate,
    rate_bp_from,
    speaks_chinese,
)


class FigureInput(UnfoldAdminTextInputWidget):
    """A text field for a figure, with its unit beside it; the unit depends on the reader's language."""

    unit: tuple[str, Callable[[], str]] = ("suffix", str)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        room = f"promo-{self.unit[0]}"  # the style sheet keeps the figure clear of its unit
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off", "class": room, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        side, unit = self.unit
        self.attrs[side] = unit()
        return super().get_context(name, value, attrs)


class MoneyInput(FigureInput):
    unit = ("prefix", currency_sign)


class RateInput(FigureInput):
    unit = ("suffix", lambda: "折" if speaks_chinese() else gettext("% off"))


class PercentInput(FigureInput):
    unit = ("suffix", lambda: "%")


class MoneyField(forms.Field):
    """An amount: "12.50" is typed, 1250 comes out. Empty is None; `least_cents` is the lowest that is taken."""

    widget = MoneyInput

    def __init__(self, *, least_cents: int = 0, most_cents: int = HIGHEST_PRICE_CENTS, **kwargs: Any) -> None:
        self.least_cents, self.most_cents = least_cents, most_cents
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return plain_amount(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            cents = cents_from(str(value))
        except ValueError:
            raise ValidationError(gettext("Give an amount such as 12.50."), code="amount") from None
        if not self.least_cents <= cents <= self.most_cents:
            limits = {"least": money_text(self.least_cents), "most": money_text(self.most_cents)}
            raise ValidationError(gettext("Give an amount from %(least)s to %(most)s.") % limits, code="range")
        return cents

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RateField(forms.Field):
    """A rate off in basis points: "20" (percent off) is typed in English, "8" (折) in Chinese; both mean 2000."""

    widget = RateInput
    least_bp = 1

    def prepare_value(self, value: Any) -> Any:
        return self.typed(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            rate_bp = self.read(str(value))
        except ValueError:
            rate_bp = -1
        if not self.least_bp <= rate_bp <= WHOLE_BP:
            raise ValidationError(self.complaint(), code="rate")
        return rate_bp

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def read(self, text: str) -> int:
        return rate_bp_from(text)

    def typed(self, rate_bp: int) -> str:
        return plain_rate(rate_bp)

    def complaint(self) -> str:
        if speaks_chinese():
            return gettext("A 折 is a number below 10: 8 means that the shopper pays 80 percent.")
        return gettext("Give the percentage that comes off, such as 20; at most 100.")


class PercentField(RateField):
    """A plain share in basis points: "60" means 6000 in every language."""

    widget = PercentInput
    least_bp = 0

    def read(self, text: str) -> int:
        return bp_from_percent(text)

    def typed(self, rate_bp: int) -> str:
        return plain_percent(rate_bp)

    def complaint(self) -> str:
        return gettext("Give a percentage from 0 to 100.")
