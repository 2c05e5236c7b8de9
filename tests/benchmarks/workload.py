"""Made-up carts and promotions in four sizes, the same in every run: plain dicts, amounts in cents, rates in percent.

Of the promotions 35 % are percentages on categories, 25 % amounts off from a threshold, 15 % every second piece at half
price, 15 % three for the price of two, 10 % free shipping; every fifth is exclusive: it shares no line with others.
"""

from random import Random

SIZES = ((5, 5), (10, 20), (20, 50), (50, 200))
CARTS, CART_SEED = 10, 3
PRODUCTS, CATEGORIES = 200, 10
FEE_CENTS = 990
KINDS = ("threshold_off",) * 5 + ("pct_category",) * 7 + ("nth_half",) * 3 + ("three_for_two",) * 3
KINDS += ("free_shipping",) * 2
PIECES = {"nth_half": 2, "three_for_two": 3}


def catalogue():
    """Return every product: id, category, price."""
    random = Random(1)
    return [
        {"id": number + 1, "category": number % CATEGORIES + 1, "price": random.randrange(199, 19_999)}
        for number in range(PRODUCTS)
    ]


def promotions(count):
    """Return `count` promotions: the kinds in a fixed cycle, so that every size has the same mix."""
    random = Random(2000 + count)
    return [_promotion(random, place, count) for place in range(count)]


def _promotion(random, place, count):
    """The order of the random calls is part of the workload: another order makes other promotions."""
    kind = KINDS[place * 7 % len(KINDS)]
    found = {"id": place + 1, "kind": kind, "priority": count - place, "exclusive": place % 5 == 4}
    found |= {"categories": [], "value": 0, "threshold": 0, "n": PIECES.get(kind, 0)}
    if kind == "threshold_off":
        found["threshold"] = random.choice([3000, 5000, 10_000, 20_000, 50_000, 100_000])
        found["value"] = random.choice([300, 500, 1000, 2000])
    elif kind == "pct_category":
        found["categories"] = sorted(random.sample(range(1, CATEGORIES + 1), random.choice([1, 2, 3])))
        found["value"] = random.choice([5, 10, 15, 20])
    elif kind == "free_shipping":
        found["threshold"] = random.choice([4900, 9900, 19_900])
    else:
        found["categories"] = [random.randrange(1, CATEGORIES + 1)]
        found["value"] = 50 if kind == "nth_half" else 0
    return found


def carts(lines, count=CARTS, seed=CART_SEED):
    """Return `count` carts of so many different products. Another seed makes other carts of the same kind."""
    random = Random(seed * 1000 + lines)
    goods = catalogue()
    return [_cart(random.sample(goods, lines), random) for _ in range(count)]


def _cart(products, random):
    quantities = [random.choice([1, 1, 1, 2, 2, 3, 4]) for _ in products]
    lines = [
        {"product": product["id"], "category": product["category"], "price": product["price"], "qty": quantity}
        for product, quantity in zip(products, quantities, strict=True)
    ]
    return {"lines": lines, "shipping": FEE_CENTS}
