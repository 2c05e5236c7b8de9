"""Made-up carts and promotions in four sizes, the same in every run; amounts in cents.

Of the promotions 25 % are amounts off from a threshold, 35 % percentages on categories, 15 % the second piece at half
price, 15 % three for the price of two, 10 % free shipping; every fifth is exclusive: it shares no line.
"""

from random import Random

SIZES = ((5, 5), (10, 20), (20, 50), (50, 200))
CARTS = 10
PRODUCTS, CATEGORIES = 200, 10
KINDS = ("threshold_off",) * 5 + ("percent_category",) * 7 + ("second_half",) * 3 + ("three_for_two",) * 3
KINDS += ("free_shipping",) * 2


def catalogue():
    """Return (product, category, price) of every product."""
    random = Random(1)
    return [(number + 1, number % CATEGORIES + 1, random.randrange(199, 19_999)) for number in range(PRODUCTS)]


def promotions(count):
    """Return the promotions of a size: the kinds in a fixed cycle, so that every size has the same mix."""
    random = Random(2000 + count)
    found = []
    for place in range(count):
        kind = KINDS[place * 7 % len(KINDS)]
        row = {"id": place + 1, "kind": kind, "priority": count - place, "exclusive": place % 5 == 4}
        if kind == "threshold_off":
            row["threshold"] = random.choice([3000, 5000, 10_000, 20_000, 50_000, 100_000])
            row["off"] = random.choice([300, 500, 1000, 2000])
        elif kind == "percent_category":
            row["categories"] = sorted(random.sample(range(1, CATEGORIES + 1), random.choice([1, 2, 3])))
            row["percent"] = random.choice([5, 10, 15, 20])
        elif kind == "free_shipping":
            row["threshold"] = random.choice([4900, 9900, 19_900])
        else:
            row["categories"] = [random.randrange(1, CATEGORIES + 1)]
        found.append(row)
    return found


def carts(lines):
    """Return carts of so many lines: (product, category, price, quantity)."""
    random = Random(3000 + lines)
    goods = catalogue()
    return [
        [(*product, random.choice([1, 1, 1, 2, 2, 3, 4])) for product in random.sample(goods, lines)]
        for _ in range(CARTS)
    ]
