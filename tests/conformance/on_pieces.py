"""Kinds of promotion on several pieces, as code and parameters of a benefit."""

from pricing.engine.scope import dump_scope
from tests.conformance import figures
from tests.conformance.conditions import scope_of
from tests.conformance.reading import Unsupported, basis_points


def nth_item(given, money):
    rate = {"rate_bp": basis_points(given["nth_item_percent"]), "pick": figures.pick(given, "unit")}
    return "nth_unit_off", {"every": given["nth"], **rate, **figures.times(given)}


def any_for_price(given, money):
    return "any_n_for_price", {"pieces": given["for_quantity"], **figures.price(given, money), **figures.times(given)}


def set_for_price(given, money):
    return "any_n_for_price", {**_set(given), **figures.price(given, money)}


def set_off(given, money):
    """An amount off all pieces of a set together, or a rate off them."""
    return "any_n_off", {**_set(given), **figures.worth(given, money)}


def set_at_unit_price(given, money):
    return "any_n_off", {**_set(given), "piece_price_cents": money.cents(given["unit_fixed_price"])}


def _set(given):
    """Return how many pieces make a set, which come first, and how many sets count."""
    return {"pieces": given["set_size"], "pick": figures.pick(given, "set_from"), **figures.times(given)}


def every_n_units(given, money):
    """Of every so many pieces, all are reduced or so many of them."""
    times = {"max_times": given["max_sets"]} if "max_sets" in given else {}
    reduced = given.get("units_per_set", given["every"])
    if reduced == given["every"]:
        return "any_n_off", {"pieces": reduced, **_off_each(given, money), **times}
    pick, in_sets = figures.pick(given, "unit_selection"), given.get("selection_over", "set") == "set"
    if in_sets and pick == "cheapest":
        return "buy_get", {"buy": given["every"] - reduced, "get": reduced, **figures.worth(given, money), **times}
    if reduced > 1 or "percent_off" not in given:
        raise Unsupported("benefit:units_per_set so chosen")
    chosen = {"pick": pick, "within_groups": in_sets}
    return "nth_unit_off", {"every": given["every"], **figures.rate(given, money), **chosen, **times}


def _off_each(given, money):
    """Return the rate off, or the amount off each piece or off all of a set."""
    figures.only_per(given, "unit", "set")
    if "percent_off" in given or given.get("per") == "set":
        return figures.worth(given, money)
    return {"piece_off_cents": money.cents(given["amount_off"])}


def buy_get(given, money):
    """The goods to get in the cart, each free or reduced; of the same goods, or of others."""
    figures.only_per(given, "unit")
    worth = figures.worth(given, money)
    params = {"buy": given["buy"]["quantity"], "get": given["get"]["quantity"], **worth, **figures.times(given)}
    if given["get"].get("scope") != given["buy"].get("scope"):
        params["get_scope"] = dump_scope(scope_of(given["get"]["scope"], money))
    if "max_free_units" in given:
        params["max_pieces"] = given["max_free_units"]
    return "buy_get", params
