"""Gifts typed as rows: which SKU, how many, what one is worth, how many there are in all."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext

from campaigns.models import CampaignSku
from pricing.engine.presents import MAX_PRESENTS
from pricing.models import Sku
from pricing.wording import cents_from, currency_sign, money_text, plain_amount

SPARE_ROWS = 3
COLUMNS = ("sku", "quantity", "value", "stock")

Row = dict[str, str]  # {"sku": "17", "quantity": "1", "value": "30", "stock": ""}


def _sku_field() -> forms.ModelChoiceField:
    """Return a chooser that searches while one types; it asks the back office for its address, so it is built late."""
    widget = AutocompleteSelect(CampaignSku._meta.get_field("sku"), admin.site, attrs={"class": "w-full"})
    return forms.ModelChoiceField(queryset=Sku.objects.all(), required=False, widget=widget)


def gift_texts(gifts: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Say each stored gift in one line: pieces, SKU, value and stock."""
    gifts = list(gifts)
    names = {sku.code: str(sku) for sku in Sku.objects.filter(code__in=[gift["sku"] for gift in gifts])}
    for gift in gifts:
        stock = gift.get("stock_units")
        yield gettext("%(pieces)s × %(sku)s, worth %(worth)s each, %(stock)s") % {
            "pieces": gift.get("quantity", 1),
            "sku": names.get(gift["sku"], gift["sku"]),
            "worth": money_text(gift["value_cents"]),
            "stock": gettext("unlimited") if stock is None else gettext("%(stock)s in stock") % {"stock": stock},
        }


class GiftsWidget(forms.Widget):
    """One row per gift and some spare ones; a row without SKU counts as empty."""

    template_name = "campaigns/admin/gifts.html"

    @property
    def media(self) -> forms.Media:
        return _sku_field().widget.media

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows: list[Row] = [*(value or []), *[dict.fromkeys(COLUMNS, "")] * SPARE_ROWS][:MAX_PRESENTS]
        chooser = _sku_field().widget
        for number, row in enumerate(rows):
            known = row["sku"] if _is_key(row["sku"]) else ""
            label = {"id": f"{context['widget']['attrs'].get('id')}_{number}_sku", "aria-label": gettext("SKU")}
            rows[number] = row | {"chooser": chooser.render(f"{name}_sku", known, label)}
        context["widget"].update(rows=rows, currency=currency_sign())
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row] | None:
        if f"{name}_sku" not in data:
            return None
        columns = [[text.strip() for text in data.getlist(f"{name}_{column}")] for column in COLUMNS]
        rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=False)]
        return [row for row in rows if any(row.values())]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_sku"


class GiftsField(forms.Field):
    """Gifts as JSON for the rule's parameters; the rule itself checks that each SKU stands there once."""

    widget = GiftsWidget

    def prepare_value(self, value: Any) -> Any:
        """Return rows for stored gifts; what was typed is shown again as it is."""
        if not value or "value_cents" not in value[0]:
            return value
        keys = dict(Sku.objects.filter(code__in=[gift["sku"] for gift in value]).values_list("code", "pk"))
        return [
            {
                "sku": str(keys.get(gift["sku"], "")),
                "quantity": str(gift.get("quantity", 1)),
                "value": plain_amount(gift["value_cents"]),
                "stock": str(gift.get("stock_units") or ""),
            }
            for gift in value
        ]

    def to_python(self, value: list[Row] | None) -> list[dict[str, Any]]:
        rows = value or []
        keys = [int(row["sku"]) for row in rows if _is_key(row["sku"])]
        codes = {str(key): code for key, code in Sku.objects.filter(pk__in=keys).values_list("pk", "code")}
        return [_read_row(number, row, codes) for number, row in enumerate(rows, start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _is_key(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 16


def _read_row(number: int, row: Row, codes: dict[str, str]) -> dict[str, Any]:
    if row["sku"] not in codes:
        raise ValidationError(gettext("Gift %(number)s: choose a SKU.") % {"number": number})
    try:
        value_cents = cents_from(row["value"])
    except ValueError:
        value_cents = 0
    if value_cents < 1:
        text = gettext("Gift %(number)s: “%(typed)s” is no value. Give what one piece is worth, such as 30.")
        raise ValidationError(text % {"number": number, "typed": row["value"]})
    gift: dict[str, Any] = {"sku": codes[row["sku"]], "value_cents": value_cents}
    if (quantity := _read_count(number, row["quantity"])) not in (None, 1):
        gift["quantity"] = quantity
    if (stock := _read_count(number, row["stock"])) is not None:
        gift["stock_units"] = stock
    return gift


def _read_count(number: int, typed: str) -> int | None:
    """Return the number that was typed; None for nothing."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed)):
        text = gettext("Gift %(number)s: “%(typed)s” is no number of pieces. Give a figure such as 100.")
        raise ValidationError(text % {"number": number, "typed": typed})
    return int(typed)
