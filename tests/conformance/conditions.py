"""Whom and what a promotion asks for: threshold, audience, channels, scope. One table each."""

from pricing.engine.registry import load_condition
from pricing.engine.scope import Scope
from tests.conformance.reading import Unsupported


def conditions_of(rule, money):
    """Return the conditions of a rule."""
    threshold = rule.get("threshold") or {}
    found = [say(threshold[name], money, threshold) for name, say in THRESHOLD.items() if name in threshold and say]
    found += [say(rule["audience"][name]) for name, say in AUDIENCE.items() if name in rule.get("audience", ())]
    if "channels" in rule:
        found.append(("channel", {"channels": rule["channels"]}))
    return tuple(load_condition(code, params) for code, params in found)


def scope_of(scope, money):
    """Return which lines a rule or a condition is about; a range of prices includes both ends."""
    prices = scope.get("unit_price_range", {})
    listed = {name: frozenset(scope.get(name, ())) for name in LISTED}
    excluded = {f"excluded_{name}": frozenset(scope.get("exclude", {}).get(name, ())) for name in LISTED}
    bounds = {PRICES[name]: money.cents(text) for name, text in prices.items()}
    return Scope(everything=bool(scope.get("all")), **listed, **excluded, **bounds)


def threshold_on(rule):
    """Return what a threshold is measured on."""
    return _known(BASES, rule.get("threshold") or {}, "basis", "after_earlier_discounts")


def unknown_in(rule):
    """Return the names of what is not understood of what a rule asks for."""
    asked = ("threshold", THRESHOLD), ("audience", AUDIENCE)
    found = {f"{part}:{name}" for part, known in asked for name in set(rule.get(part) or ()) - set(known)}
    counted = (rule.get("threshold") or {}).get("counted_over", {})
    return found | _unknown_in_scope(rule["scope"]) | _unknown_in_scope(counted)


def _unknown_in_scope(scope):
    parts = ("", scope, SCOPE), ("exclude.", scope.get("exclude", {}), EXCLUDED)
    parts += (("unit_price_range.", scope.get("unit_price_range", {}), PRICES),)
    return {f"scope:{part}{name}" for part, said, known in parts for name in set(said) - set(known)}


def _amount(text, money, threshold):
    return "min_spend", {"threshold_cents": money.cents(text) + _above(threshold), **_counted_over(threshold, money)}


def _quantity(pieces, money, threshold):
    return "min_quantity", {"pieces": pieces + _above(threshold), **_counted_over(threshold, money)}


def _above(threshold):
    """Return by how much a threshold must be passed: more than an amount is the amount and one smallest unit."""
    return _known(OPERATORS, threshold, "operator", "gte")


def _known(table, threshold, name, usual):
    said = threshold.get(name, usual)
    if said not in table:
        raise Unsupported(f"threshold:{name} {said}")
    return table[said]


def _counted_over(threshold, money):
    """Return which lines are counted, where these are not those that the offer takes."""
    return {"scope": scope_of(threshold["counted_over"], money)} if "counted_over" in threshold else {}


def _cart_contains(goods, money, threshold):
    pieces = {"pieces": goods["quantity"]} if "quantity" in goods else {}
    unknown = set(goods) - LISTED - {"quantity"}
    if unknown:
        raise Unsupported(f"threshold:cart_contains.{min(unknown)}")
    return "cart_contains", {"scope": scope_of(goods, money), **pieces}


def _line_quantity_between(bounds, money, threshold):
    least, most = bounds
    return "line_quantity", {"least": least, "most": most}


OPERATORS = {"gte": 0, "gt": 1}
BASES = {"after_earlier_discounts": "net", "before_discounts": "list"}
LISTED = {"skus", "categories"}
EXCLUDED = LISTED | {"already_reduced"}
SCOPE = LISTED | {"all", "exclude", "unit_price_range"}
PRICES = {"min": "least_list_cents", "max": "most_list_cents"}
THRESHOLD = {
    "amount": _amount,
    "quantity": _quantity,
    "cart_contains": _cart_contains,
    "line_quantity_between": _line_quantity_between,
    "counted_over": None,
    "operator": None,
    "basis": None,
}
AUDIENCE = {
    "tags": lambda tags: ("shopper_tag", {"tags": tags}),
    "nth_order": lambda number: ("nth_order", {"order_number": number}),
}
