"""Write products and SKUs of a table, whole or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from campaigns.commands.stock_tables import Pieces, book_counts
from pricing.commands.book import turn_page
from pricing.commands.on_hand import Act
from pricing.models import Product, Sku
from pricing.transactions import command

BATCH = 1_000


class SkuValues(NamedTuple):
    """What a row says of one SKU and its product, by column; `stock`: pieces in the house, None leaves it alone."""

    sku: str
    product: str
    sku_columns: Mapping[str, Any]
    product_columns: Mapping[str, Any]
    stock: int | None


@command
def write_catalogue(values: Sequence[SkuValues], *, source: str, act: Act) -> None:
    """Add what is new, change what is there, and count the stock that is given. Raises WrongStock."""
    products = _write_products(values)
    skus = {sku.code: sku for sku in Sku.objects.filter(code__in=[row.sku for row in values])}
    new, changed = [], []
    for row in values:
        sku = skus.get(row.sku)
        if sku is None:
            new.append(Sku(code=row.sku, product=products[row.product], **row.sku_columns))
        else:
            _set(sku, row.sku_columns)
            changed.append(sku)
    Sku.objects.bulk_create(new, batch_size=BATCH)
    columns = ["list_cents", "cost_cents", "floor_cents", "option", "option_zh"]
    Sku.objects.bulk_update(changed, columns, batch_size=BATCH)
    ids = {sku.code: sku.pk for sku in (*new, *changed)}
    counts = [Pieces(ids[row.sku], row.stock) for row in values if row.stock is not None]
    if counts:
        book_counts(counts, source=source, act=act)
    turn_page()


def _write_products(values: Sequence[SkuValues]) -> dict[str, Product]:
    """Return all products of the table by code, stored; what a later row says of one wins."""
    products = {row.code: row for row in Product.objects.filter(code__in={row.product for row in values})}
    there = set(products)
    for row in values:
        product = products.setdefault(row.product, Product(code=row.product))
        _set(product, row.product_columns)
    Product.objects.bulk_create([row for code, row in products.items() if code not in there], batch_size=BATCH)
    changed = [products[code] for code in sorted(there)]
    columns = ["name", "name_zh", "kind", "shop", "category"]
    Product.objects.bulk_update(changed, columns, batch_size=BATCH)
    return products


def _set(row: Product | Sku, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
