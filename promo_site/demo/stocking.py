"""Put the demo's goods on the shelves. What is there already stays as it is."""

from pricing.models import Category, Product, Shop, Sku
from promo_site.demo.home_goods import HOME_GOODS
from promo_site.demo.other_goods import OTHER_GOODS
from promo_site.demo.shapes import Goods, Variant
from promo_site.demo.shelves import CATEGORIES, SHOPS

GOODS = (*OTHER_GOODS, *HOME_GOODS)  # the newest are shown first


def stock_shelves() -> None:
    """Write shops, categories, products and SKUs; a code that exists is left alone."""
    for code, name, name_zh, fee_cents in SHOPS:
        values = {"name": name, "name_zh": name_zh, "shipping_fee_cents": fee_cents}
        Shop.objects.get_or_create(code=code, defaults=values)
    for position, (code, parent, name, name_zh) in enumerate(CATEGORIES, start=1):
        above = Category.objects.get(code=parent) if parent else None
        values = {"name": name, "name_zh": name_zh, "parent": above, "position": position}
        Category.objects.get_or_create(code=code, defaults=values)
    for goods in GOODS:
        _put_up(goods)


def _put_up(goods: Goods) -> None:
    name, name_zh = goods.names
    product, _ = Product.objects.get_or_create(
        code=goods.code,
        defaults={
            "shop": Shop.objects.get(code=goods.shop),
            "category": Category.objects.get(code=goods.category),
            "name": name,
            "name_zh": name_zh,
            "description": goods.text,
            "description_zh": goods.text_zh,
            "kind": goods.kind,
            "never_discounted": goods.never_discounted,
            "picture": f"demo/{goods.code}.svg",
        },
    )
    for variant in goods.variants:
        _put_up_variant(product, variant)


def _put_up_variant(product: Product, variant: Variant) -> None:
    Sku.objects.get_or_create(
        code="-".join(filter(None, (product.code.upper(), variant.code))),
        defaults={
            "product": product,
            "option": variant.option,
            "option_zh": variant.option_zh,
            "list_cents": variant.list_cents,
            "cost_cents": variant.cost_cents,
            "floor_cents": variant.floor_cents,
        },
    )
