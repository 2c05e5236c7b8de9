"""The JSON form and the command line."""

import json
import subprocess
import sys

import pytest

from pricing.engine.document import decode, document_of, parse_document, price_document, quote_document
from pricing.engine.errors import WrongDocument
from tests.pricing.engine.builders import price, reduction

COUPON = {
    "id": "coupon:1",
    "offer": "template:1",
    "valid_from": "2026-11-01T00:00:00Z",
    "valid_until": "2026-12-01T00:00:00Z",
}

MOMENT = "2026-11-11T12:00:00+08:00"


def document(**changes):
    """Return a small document as JSON."""
    return {
        "format": "promo-cart/1",
        "cart": {
            "at": "2026-11-11T12:00:00+08:00",
            "lines": [{"key": "1", "shop": "s1", "sku": "A", "product": "A", "list_cents": 10_000, "quantity": 3}],
            "shipping": [{"shop": "s1", "fee_cents": 500}],
        },
        "offers": [
            {
                "id": "campaign:1",
                "name": "300 less 50",
                "layer": "order",
                "owner": "platform",
                "benefit": {
                    "code": "spend_tiers",
                    "params": {"tiers": [{"threshold_cents": 30_000, "off_cents": 5000}]},
                },
                "scope": {"everything": True},
            }
        ],
        "facts": {"units_left": [["campaign:1", "A", 5]], "uses_left": {"campaign:1": 2}},
    } | changes


@pytest.mark.req("PRC-01")
def test_a_document_prices_like_the_values_it_describes():
    parsed = parse_document(document())
    quote = price_document(parsed)
    assert quote.total_cents == 25_500
    assert quote == price(
        parsed.cart, reduction("campaign:1", 30_000, 5000, name="300 less 50", combines_with=frozenset())
    )
    assert parse_document(document_of(parsed)) == parsed


def changed(path, value):
    """Return the document with one value replaced."""
    found = json.loads(json.dumps(document()))
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return found


@pytest.mark.req("PRC-01")
@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["format"], "promo-cart/9", "format"),
        (["cart"], None, "cart"),
        (["cart", "at"], "2026-11-11T12:00:00", "cart.at"),
        (["cart", "at"], 5, "cart.at"),
        (["cart", "coupon"], "x", "cart.coupon"),
        (["cart", "lines"], {}, "cart.lines"),
        (["cart", "currency"], "yuan", "cart.currency"),
        (["cart", "shopper"], {"orders_placed": -1}, "cart.shopper.orders_placed"),
        (["cart", "lines", 0, "key"], "", "cart.lines[0].key"),
        (["cart", "lines", 0, "sku"], "*", "cart.lines[0].sku"),
        (
            ["facts"],
            {"coupons": [{"id": "", "offer": "o", "valid_from": MOMENT, "valid_until": MOMENT}]},
            "facts.coupons[0].id",
        ),
        (["offers", 0, "owner"], "", "offers[0].owner"),
        (["cart", "lines", 0, "quantity"], 0, "cart.lines[0].quantity"),
        (["cart", "lines", 0, "quantity"], "3", "cart.lines[0].quantity"),
        (["cart", "lines", 0, "quantity"], 10**12, "cart.lines[0].quantity"),
        (["cart", "lines", 0, "list_cents"], -1, "cart.lines[0].list_cents"),
        (["cart", "lines", 0, "list_cents"], True, "cart.lines[0].list_cents"),
        (["cart", "lines", 0, "kind"], "ghost", "cart.lines[0].kind"),
        (["cart", "lines", 0, "sku"], "x" * 201, "cart.lines[0].sku"),
        (["cart", "lines", 0, "sku"], "\ud800", "cart.lines[0].sku"),
        (["cart", "lines", 0, "sku"], "a\0b", "cart.lines[0].sku"),
        (["facts", "uses_left"], {"\udfff": 1}, "facts.uses_left"),
        (["facts", "coupons"], [COUPON, COUPON], "facts.coupons"),
        (["facts", "coupons"], [COUPON | {"valid_until": "tomorrow"}], "facts.coupons[0].valid_until"),
        (["cart", "lines", 0], {"key": "1"}, "cart.lines[0].shop"),
        (["cart", "shipping", 0, "fee_cents"], -5, "cart.shipping[0].fee_cents"),
        (["offers", 0, "layer"], "nowhere", "offers[0].layer"),
        (["offers", 0, "layer"], "item", "offers[0].layer"),
        (["offers", 0, "benefit", "code"], "magic", "offers[0].benefit.code"),
        (["offers", 0, "benefit", "params", "tiers", 0, "off_cents"], 0, "offers[0].benefit.params.tiers[0].off_cents"),
        (["offers", 0, "benefit"], "free", "offers[0].benefit"),
        (["offers", 0, "scope", "everything"], "yes", "offers[0].scope.everything"),
        (["offers", 0, "funding"], [["platform", 1]], "offers[0].funding"),
        (["offers", 0, "funding"], [["platform"]], "offers[0].funding[0]"),
        (["facts", "units_left"], [["campaign:1", "A"]], "facts.units_left[0]"),
        (["facts", "units_left"], [["c", "A", 1], ["c", "A", 2]], "facts.units_left[1]"),
        (["facts", "uses_left"], {"campaign:1": "many"}, "facts.uses_left.campaign:1"),
        (["mode"], "cheapest", "mode"),
        (["node_budget"], -1, "node_budget"),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(path, value, field):
    with pytest.raises(WrongDocument) as refused:
        parse_document(changed(path, value))
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")


@pytest.mark.req("PRC-01")
@pytest.mark.parametrize("text", ["", "{", "[1.5.5]", "nan", '{"a": 1, "a": 2}', "[" * 100_000])
def test_what_is_no_plain_json_is_refused(text):
    with pytest.raises(WrongDocument):
        decode(text)


@pytest.mark.req("PRC-01")
def test_two_lines_with_one_key_are_refused():
    twice = document()
    twice["cart"]["lines"] *= 2
    with pytest.raises(WrongDocument) as refused:
        parse_document(twice)
    assert refused.value.field == "cart.lines"


@pytest.mark.req("PRC-01")
def test_one_product_told_in_two_ways_is_refused():
    lines = document()["cart"]["lines"]
    other = {**lines[0], "key": "2", "floor_cents": 5}
    with pytest.raises(WrongDocument) as refused:
        price_document(parse_document(changed(["cart", "lines"], [*lines, other])))
    assert str(refused.value) == "lines: Two lines describe the product A differently."


def run(arguments, text):
    """Run the command line on a text."""
    return subprocess.run(
        [sys.executable, "-m", "pricing.engine", *arguments],
        input=text,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=240,
        check=False,
    )


@pytest.mark.req("PRC-01")
def test_the_command_line_prices_a_document_as_the_library_does():
    done = run([], json.dumps(document()))
    assert json.loads(done.stdout) == json.loads(json.dumps(quote_document(price_document(parse_document(document())))))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.req("PRC-04")
def test_the_command_line_explains_for_a_person():
    assert run(["--explain"], json.dumps(document())).stdout.splitlines() == [
        "3 x A (s1)  300.00 -> 250.00",
        "    -50.00  campaign:1, platform",
        "shipping s1  5.00 -> 5.00",
        "total 255.00 CNY, saved 50.00 on goods",
    ]


@pytest.mark.req("PRC-01")
@pytest.mark.parametrize(("arguments", "text"), [([], "{}"), ([], "no"), ([], "\udcff"), (["--price"], "{}")])
def test_the_command_line_refuses_with_one_line_and_status_2(arguments, text):
    done = run(arguments, text)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
