"""The catalogue: one row for each SKU, with its product, prices and, if wanted, the pieces in the house."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext

from campaigns.commands.catalogue_tables import SkuValues, write_catalogue
from campaigns.table_imports.reading import Result, TableRow, twice, wrong, wrong_in_form
from pricing.commands.on_hand import Act
from pricing.forms.fields import MoneyField
from pricing.models import Category, Product, ProductKind, Shop, Sku
from pricing.models.on_hand import MOST_PIECES

NEEDED = ("sku", "product", "list_price")
COLUMNS = (
    *NEEDED, "option", "option_zh", "name", "name_zh", "shop", "category", "kind", "cost", "floor", "stock",
)  # fmt: skip
ONLY_NEW = ("name", "shop", "category")


class SkuForm(forms.Form):
    """One row. Name, shop and category are needed where the product is new; empty cells leave what is there."""

    sku = forms.CharField(max_length=64)
    product = forms.CharField(max_length=64)
    list_price = MoneyField(least_cents=1)
    cost = MoneyField(required=False)
    floor = MoneyField(required=False)
    option = forms.CharField(max_length=60, required=False)
    option_zh = forms.CharField(max_length=60, required=False)
    name = forms.CharField(max_length=120, required=False)
    name_zh = forms.CharField(max_length=120, required=False)
    shop = forms.CharField(required=False)
    category = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=ProductKind.choices, required=False)
    stock = forms.IntegerField(min_value=0, max_value=MOST_PIECES, required=False)

    def __init__(self, *args: Any, known: "Known", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for column, codes in (("shop", self.known.shops), ("category", self.known.categories)):
            if cleaned.get(column) and cleaned[column] not in codes:
                self.add_error(column, gettext("Nothing has the code %(code)s.") % {"code": cleaned[column]})
        product = self.known.products.get(cleaned.get("product", ""))
        if product is None:
            for column in ONLY_NEW:
                if not cleaned.get(column) and column not in self.errors:
                    self.add_error(column, gettext("A new product needs it."))
        sku = self.known.skus.get(cleaned.get("sku", ""))
        if sku is not None and cleaned.get("product") and sku.product.code != cleaned["product"]:
            text = gettext("This SKU belongs to the product %(code)s.")
            self.add_error("product", text % {"code": sku.product.code})
        floor_cents, list_cents = cleaned.get("floor"), cleaned.get("list_price")
        if floor_cents and list_cents and floor_cents > list_cents:
            self.add_error("floor", gettext("The price floor is above the list price."))
        return cleaned


@dataclass(slots=True)
class Known:
    """What the table may refer to, by code; products of rows further up are known too."""

    skus: dict[str, Sku]
    products: dict[str, Product | None]
    shops: dict[str, int]
    categories: dict[str, int]
    new: set[str] = field(default_factory=set)


class Catalogue:
    needed, known = NEEDED, COLUMNS

    def look_at(self, rows: Sequence[TableRow]) -> tuple[list[Result], list[SkuValues]]:
        known = _known_to(rows)
        results: list[Result] = []
        values: list[SkuValues] = []
        for row, is_double in twice(rows):
            form = SkuForm(row.cells, known=known)
            if is_double:
                results.append(wrong(row, gettext("This SKU stands further up already.")))
            elif not form.is_valid():
                results.append(wrong_in_form(row, form))
            else:
                given = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
                results.append(_answer(row, given, known))
                values.append(_values(given, known))
                known.products.setdefault(given["product"], Product())
        return results, values

    def write(self, values: Sequence[SkuValues], source: str, act: Act) -> None:
        write_catalogue(values, source=source, act=act)


def _known_to(rows: Sequence[TableRow]) -> Known:
    codes, products = {row.sku for row in rows}, {row.cells.get("product", "") for row in rows}
    return Known(
        skus={sku.code: sku for sku in Sku.objects.filter(code__in=codes).select_related("product")},
        products={row.code: row for row in Product.objects.filter(code__in=products)},
        shops=dict(Shop.objects.values_list("code", "pk")),
        categories=dict(Category.objects.values_list("code", "pk")),
    )


def _values(given: dict[str, Any], known: Known) -> SkuValues:
    names = {"list_price": "list_cents", "cost": "cost_cents", "floor": "floor_cents"}
    sku = {names.get(name, name): given[name] for name in (*names, "option", "option_zh") if name in given}
    product = {name: given[name] for name in ("name", "name_zh", "kind") if name in given}
    if "shop" in given:
        product["shop_id"] = known.shops[given["shop"]]
    if "category" in given:
        product["category_id"] = known.categories[given["category"]]
    return SkuValues(given["sku"], given["product"], sku, product, given.get("stock"))


def _answer(row: TableRow, given: dict[str, Any], known: Known) -> Result:
    sku = known.skus.get(row.sku)
    if sku is None:
        text = gettext("new SKU") if given["product"] in known.products else gettext("new SKU of a new product")
    elif sku.list_cents == given["list_price"]:
        text = gettext("SKU is there, its list price stays")
    else:
        text = gettext("SKU gets a new list price")
    return Result(row.line, row.sku, text)
