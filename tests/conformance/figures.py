"""Figures that a promotion of a case gives, as parameters of benefits."""

from tests.conformance.reading import Unsupported, basis_points

PICKS = {"cheapest": "cheapest", "dearest": "dearest", "most_expensive": "dearest"}


def amount(given, money):
    return {"off_cents": money.cents(given["amount_off"])}


def rate(given, money):
    return {"rate_bp": basis_points(given["percent_off"])}


def price(given, money):
    return {"price_cents": money.cents(given["fixed_price"])}


def worth(given, money):
    """Return the amount or the rate, whichever is given."""
    return rate(given, money) if "percent_off" in given else amount(given, money)


def cap(given, money):
    return {"cap_cents": money.cents(given["max_discount"])} if "max_discount" in given else {}


def times(given):
    return {"max_times": given["max_applications"]} if "max_applications" in given else {}


def only_per(given, *known):
    if given.get("per", known[0]) not in known:
        raise Unsupported(f"per:{given['per']}")


def pick(given, name):
    """Return which pieces are reduced, the cheapest unless said."""
    said = given.get(name, "cheapest")
    if said not in PICKS:
        raise Unsupported(f"benefit:{name} {said}")
    return PICKS[said]
