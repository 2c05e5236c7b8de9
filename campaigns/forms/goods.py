"""Which products: choosers for shops, categories, products and SKUs, and pasted SKU codes."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.models import CampaignScope, CampaignSku
from pricing.forms.fields import MoneyField
from pricing.models import Category, Product, Shop, Sku

NAMED_WRONG = 8
LIST_PRICES = ("least_list_cents", "most_list_cents")
LISTED_AS_TEXT = 30  # more chosen SKUs than these are shown as a list of codes
SOURCES: dict[str, tuple[type[Model], Any]] = {
    "shop": (Shop, CampaignScope._meta.get_field("shop")),
    "category": (Category, CampaignScope._meta.get_field("category")),
    "product": (Product, CampaignScope._meta.get_field("product")),
    "sku": (Sku, CampaignSku._meta.get_field("sku")),
}


def list_price(label: str, help_text: str = "") -> MoneyField:
    """Return a field for one end of a range of list prices."""
    return MoneyField(label=label, help_text=help_text, required=False, least_cents=1)


def check_list_prices(form: forms.Form, cleaned: Mapping[str, Any]) -> None:
    """Add to the form that no price lies in the range, if none does."""
    least, most = cleaned.get("least_list_cents"), cleaned.get("most_list_cents")
    if least and most and most < least:
        form.add_error("most_list_cents", gettext("The highest list price is not below the lowest."))


class Chooser(AutocompleteSelectMultiple):
    """The admin's searching chooser; what was sent and can be no key is not looked up when the page comes back."""

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if str(key).isascii() and str(key).isdigit()], attr)


def chooser(kind: str, label: str, help_text: str = "") -> forms.ModelMultipleChoiceField:
    """Return a field that searches while one types."""
    model, source = SOURCES[kind]
    return forms.ModelMultipleChoiceField(
        queryset=model._default_manager.all(),
        required=False,
        label=label,
        help_text=help_text,
        widget=Chooser(source, admin.site, attrs={"class": "w-full"}),
    )


class SkuListField(forms.CharField):
    """Pasted SKU codes, one in a line, each with its own activity stock behind it if wanted -> {Sku: units or None}."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("SKU codes"),
            help_text=_("One code in a line, as copied from a table. A number behind it is its own activity stock."),
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false", "class": "font-mono"}),
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the text for stored rows; what was typed is shown again as it is."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            row.sku.code if row.stock_units is None else f"{row.sku.code}\t{row.stock_units}" for row in value
        )

    def clean(self, value: Any) -> dict[Sku, int | None]:
        self.run_validators(self.to_python(value))
        lines = [line.strip() for line in re.split(r"[\n\r,，;；]+", value or "") if line.strip()]
        pairs = [_code_and_units(line) for line in lines]
        codes = {code for line, pair in zip(lines, pairs, strict=True) for code in (line, pair[0])}
        known = {sku.code: sku for sku in Sku.objects.filter(code__in=codes).select_related("product")}
        found: dict[Sku, int | None] = {}
        unknown = []
        for line, (code, units) in zip(lines, pairs, strict=True):
            if line in known:
                found[known[line]] = None
            elif code in known:
                found[known[code]] = units
            else:
                unknown.append(code)
        if unknown:
            self._refuse(unknown)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)

    def _refuse(self, unknown: list[str]) -> None:
        named = ", ".join(unknown[:NAMED_WRONG]) + (" …" if len(unknown) > NAMED_WRONG else "")
        text = gettext("No SKU has these codes (%(count)s): %(codes)s. Correct or remove them.")
        raise ValidationError(text % {"count": len(unknown), "codes": named})


def _code_and_units(line: str) -> tuple[str, int | None]:
    code, _space, units = line.rpartition(" ") if "\t" not in line else line.rpartition("\t")
    return (
        (code.strip(), int(units)) if code and units.isascii() and units.isdigit() and len(units) < 10 else (line, None)
    )
