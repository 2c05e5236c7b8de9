"""The cart of a case: lines, shopper, moment, channel, fee."""

from datetime import UTC, datetime

from pricing.engine.cart import Cart, CartLine, ShippingFee, Shopper
from tests.conformance.offers import is_on_sale, sales_of
from tests.conformance.reading import moment

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
LINE = {"sku", "unit_price", "qty", "categories", "discountable", "min_price", "list_price", "on_sale"}
CUSTOMER = {"tags", "guest", "new", "identified_after_code"}
SHOP = "shop"


def cart_of(case, money):
    """Return the cart; each line is a product of its own, priced at what is shown before any promotion."""
    reduced = bool(sales_of(case, money))
    lines = tuple(_line(str(place), line, money, reduced=reduced) for place, line in enumerate(case["lines"]))
    fee = (ShippingFee(SHOP, money.cents(case["shipping_fee"])),) if "shipping_fee" in case else ()
    return Cart(
        lines=lines,
        at=moment(case.get("now")) or NOON,
        shopper=_shopper(case),
        channel=case.get("channel", "default"),
        shipping=fee,
        currency=case["currency"],
    )


def unknown_in(case):
    """Return the names of what is not understood of lines and customer."""
    lines = {f"line:{name}" for line in case["lines"] for name in set(line) - LINE}
    return lines | {f"customer:{name}" for name in set(case.get("customer", ())) - CUSTOMER}


def _line(key, line, money, *, reduced):
    """Where an offer reduces what is on sale, the line begins at list price."""
    price = line["list_price" if reduced and is_on_sale(line) else "unit_price"]
    return CartLine(
        key=key,
        shop=SHOP,
        sku=line["sku"],
        product=line["sku"],
        list_cents=money.cents(price),
        quantity=line["qty"],
        categories=frozenset(line.get("categories", ())),
        floor_cents=money.cents(line.get("min_price", 0)),
        discountable=line.get("discountable", True),
    )


def _shopper(case):
    """Return the shopper; of a guest nothing is known but what the case tells, of others no order is unknown."""
    customer = case.get("customer", {})
    unknown = customer.get("guest") and not customer.get("new")
    return Shopper(
        id=None if customer.get("guest") else "1",
        tags=frozenset(customer.get("tags", ())),
        orders_placed=case.get("history", {}).get("orders_placed", None if unknown else 0),
    )
