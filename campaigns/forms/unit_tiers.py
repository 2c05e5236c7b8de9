"""Tiers of unit prices typed as rows: "from 11 pieces → 17 each"."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.forms.tiers import COUNTED, GIVEN, PRICE, TiersWidget, Typed
from pricing.engine.unit_tiers import UnitTier
from pricing.wording import cents_from, plain_amount, plain_rate, rate_bp_from

NAMES = {PRICE: "price_cents", "off": "off_cents", "rate": "rate_bp"}


class UnitTiersWidget(TiersWidget):
    """Pieces are what is counted; a tier gives a price or what comes off it."""

    counted: ClassVar[Mapping[str, Any]] = {"pieces": COUNTED["pieces"]}
    given: ClassVar[Mapping[str, Any]] = {PRICE: _("a price for each piece"), **GIVEN}


class UnitTiersField(forms.Field):
    """Tiers as JSON for the rule's parameters; the rule itself checks that they rise."""

    widget = UnitTiersWidget

    def prepare_value(self, value: Any) -> Typed | None:
        if not isinstance(value, (list, tuple)):
            return value
        tiers = [tier if isinstance(tier, UnitTier) else UnitTier(**tier) for tier in value]
        given = next((key for key, name in NAMES.items() if tiers and tiers[0].gives == name), PRICE)
        rows = [(str(tier.from_pieces), _typed(getattr(tier, tier.gives), given)) for tier in tiers]
        return {"counted": "pieces", "given": given, "rows": rows}

    def to_python(self, value: Typed | None) -> list[dict[str, int]]:
        if not value or value["given"] not in NAMES:
            return []
        return [_read_row(number, row, value["given"]) for number, row in enumerate(value["rows"], start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _typed(figure: int, given: str) -> str:
    return plain_rate(figure) if given == "rate" else plain_amount(figure)


def _read_row(number: int, row: tuple[str, str], given: str) -> dict[str, int]:
    start, worth = row
    if not (start.isascii() and start.isdigit() and len(start) < 10):
        text = gettext("Tier %(number)s: “%(typed)s” is no number of pieces. Give a figure such as 3.")
        raise ValidationError(text % {"number": number, "typed": start})
    try:
        figure = rate_bp_from(worth) if given == "rate" else cents_from(worth)
    except ValueError:
        text = gettext("Tier %(number)s: “%(typed)s” is no price and no reduction. Give a figure such as 50.")
        raise ValidationError(text % {"number": number, "typed": worth}) from None
    return {"from_pieces": int(start), NAMES[given]: figure}
