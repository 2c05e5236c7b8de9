"""Rows of the catalogue: 100.00 is the price of everything unless said."""

from itertools import count
from typing import Any

from pricing.commands.on_hand import Act
from pricing.commands.stock_keeping import begin_counting
from pricing.models import Category, Product, Shop, Sku
from tests.factories import LONG_AGO

_numbers = count(1)


def make_shop(code: str | None = None, **fields: Any) -> Shop:
    code = code or f"shop-{next(_numbers)}"
    return Shop.objects.create(**{"code": code, "name": code.title(), **fields})


def make_category(code: str | None = None, **fields: Any) -> Category:
    code = code or f"category-{next(_numbers)}"
    return Category.objects.create(**{"code": code, "name": code.title(), **fields})


def make_product(code: str | None = None, **fields: Any) -> Product:
    code = code or f"product-{next(_numbers)}"
    shop = fields.pop("shop", None) or make_shop()
    category = fields.pop("category", None) or make_category()
    return Product.objects.create(**{"code": code, "name": code.title(), **fields}, shop=shop, category=category)


def make_sku(code: str | None = None, *, list_cents: int = 10_000, **fields: Any) -> Sku:
    """`shop`, `category`, `kind` and `never_discounted` go to a new product, unless `product` is given.

    `on_hand`: so many pieces are counted; without it the SKU is not counted.
    """
    on_hand = fields.pop("on_hand", None)
    code = code or f"sku-{next(_numbers)}"
    names = ("shop", "category", "kind", "never_discounted")
    of_product = {name: fields.pop(name) for name in names if name in fields}
    product = fields.pop("product", None) or make_product(**of_product)
    sku = Sku.objects.create(code=code, product=product, list_cents=list_cents, **fields)
    if on_hand is not None:
        begin_counting(sku_id=sku.pk, units=on_hand, source=f"made:{code}", act=Act(at=LONG_AGO))
    return sku
