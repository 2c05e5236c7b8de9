"""Kinds of promotion on shipping, as code and parameters of a benefit."""

from tests.conformance import figures


def free_shipping(given, money):
    return "free_shipping", figures.cap(given, money)


def amount_off_shipping(given, money):
    return "free_shipping", {"cap_cents": money.cents(given["amount_off"])}


def percent_off_shipping(given, money):
    return "shipping_percent_off", figures.rate(given, money) | figures.cap(given, money)


def shipping_price(given, money):
    price = figures.price(given, money)
    return ("shipping_price", price) if price["price_cents"] else ("free_shipping", {})
