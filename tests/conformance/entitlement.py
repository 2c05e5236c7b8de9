"""How many free pieces a cart has earned, if as many as one likes lay in it."""

from tests.conformance.example import Example

PLENTY = 1_000
PIECE = "1.00"


def free_units_entitled(example):
    """Price the cart with plenty of the goods to get, at 1.00 each, and return how many of them are free."""
    wanted = [_goods(rule["benefit"]["get"]["scope"]) for rule in example.rules if "get" in rule["benefit"]]
    piled = Example(example.case | {"lines": [*example.case["lines"], *wanted]})
    return sum(piled.goods[line["sku"]].discount_cents for line in wanted) // example.money.cents(PIECE)


def _goods(scope):
    """Return a line that the scope means, of a SKU that nobody else does."""
    sku = scope["skus"][0] if "skus" in scope else "PLENTY"
    return {"sku": sku, "unit_price": PIECE, "qty": PLENTY, "categories": scope.get("categories", [])}
