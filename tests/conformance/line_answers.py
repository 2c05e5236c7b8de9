"""What a case expects of one SKU against what became of it; rows as in answers.py."""


def compare_lines(example, expected):
    """Compare every stated figure of every stated SKU."""
    for row in expected:
        goods = example.goods[row["sku"]]
        for name, compare in LINE_ANSWERS.items():
            if name in row:
                for what, wanted, found in compare(example.money, goods, row[name]):
                    yield f"{what} of {row['sku']}", wanted, found


def _discount(money, goods, expected):
    yield "discount", money.exact(expected), goods.discount_cents


def _total(money, goods, expected):
    yield "total", money.exact(expected), goods.net_cents


def _net_unit_price(money, goods, expected):
    """Units may differ by the smallest unit where the total does not divide; each of these prices is right."""
    wanted = money.exact(expected)
    yield "unit price", wanted, wanted if wanted in goods.unit_nets else min(goods.unit_nets)


def _unit_discounts(money, goods, expected):
    """Which of equal units carries the odd cent is nobody's business."""
    yield "unit discounts", sorted(money.exact(text) for text in expected), sorted(goods.unit_discounts)


def _by_promotion(money, goods, expected):
    for name, text in expected.items():
        yield f"discount by {name}", money.exact(text), goods.by_promotion.get(name, 0)


LINE_ANSWERS = {
    "discount": _discount,
    "total": _total,
    "net_unit_price": _net_unit_price,
    "unit_discounts": _unit_discounts,
    "by_promotion": _by_promotion,
}
LINE = {"sku", *LINE_ANSWERS}
