"""Bad input: a clear refusal that names the field, never a wrong price."""

import json

import pytest

from pricing.engine.document import decode, parse_document, price_document
from pricing.engine.errors import WrongDocument
from tests.pricing.engine.test_document import changed, document, run

pytestmark = pytest.mark.req("PRC-01")

CONDITION = {"code": "member_level", "params": {"levels": ["vip"]}}
LEVELS = "offers[0].conditions[0].params.levels"
LINE = document()["cart"]["lines"][0]


def refused_field(text):
    """Return the field for which a text is refused."""
    with pytest.raises(WrongDocument) as refused:
        price_document(parse_document(decode(text)))
    assert str(refused.value).startswith(f"{refused.value.field}: ")
    return refused.value.field


@pytest.mark.parametrize("number", ["1.5", "1e3", "NaN", "-Infinity", "9" * 5000, "true", '"3"', "null", "[]"])
@pytest.mark.parametrize("name", ["list_cents", "quantity", "floor_cents"])
def test_what_is_no_whole_number_is_refused_where_it_stands(name, number):
    text = json.dumps(changed(["cart", "lines", 0, name], "HERE")).replace('"HERE"', number)
    assert refused_field(text) == f"cart.lines[0].{name}"


@pytest.mark.parametrize("number", ["0.5", "NaN", "9" * 5000, "-1", "0", "10001"])
def test_a_rate_that_is_none_is_refused_where_it_stands(number):
    benefit = {"code": "percent_off", "params": {"rate_bp": "HERE"}}
    text = json.dumps(changed(["offers", 0, "benefit"], benefit)).replace('"HERE"', number)
    assert refused_field(text) == "offers[0].benefit.params.rate_bp"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["cart", "lines", 0, "list_cents"], 10**13 + 1, "cart.lines[0].list_cents"),
        (["cart", "lines", 0, "floor_cents"], 10**13 + 1, "cart.lines[0].floor_cents"),
        (["cart", "lines", 0, "floor_cents"], -1, "cart.lines[0].floor_cents"),
        (["cart", "lines", 0], LINE | {"list_cents": 0, "quantity": 10**9 + 1}, "cart.lines[0].quantity"),
        (["cart", "lines", 0, "quantity"], -3, "cart.lines[0].quantity"),
        (["cart", "shipping", 0, "fee_cents"], 10**13 + 1, "cart.shipping[0].fee_cents"),
        (["cart", "shipping", 0, "shop"], "", "cart.shipping[0].shop"),
        (["cart", "currency"], "XYZ", "cart.currency"),
        (["cart", "currency"], "cny", "cart.currency"),
        (["cart", "lines"], [LINE | {"key": str(place)} for place in range(5000)], "cart.lines"),
        (["offers"], document()["offers"] * 2, "offers"),
        (["offers", 0, "combines_with"], ["order:nobody"], "offers[0].combines_with"),
        (["offers", 0, "exclusive"], "always", "offers[0].exclusive"),
        (["offers", 0, "conditions"], [CONDITION | {"code": "moon"}], "offers[0].conditions[0].code"),
        (["offers", 0, "conditions"], [CONDITION | {"params": []}], "offers[0].conditions[0].params"),
        (
            ["offers", 0, "conditions"],
            [CONDITION | {"params": {"levels": []}}],
            "offers[0].conditions[0].params.levels",
        ),
        (["offers", 0, "benefit", "params"], {"cap": 1, "tiers": []}, "offers[0].benefit.params.cap"),
        (["offers", 0, "coupons_per_order"], 0, "offers[0].coupons_per_order"),
        (["choices"], {"barred": [["1"]]}, "choices.barred[0]"),
        (["choices"], {"pinned": {"1": 7}}, "choices.pinned.1"),
    ],
)
def test_wrong_amounts_counts_and_names_are_refused_where_they_stand(path, value, field):
    assert refused_field(json.dumps(changed(path, value))) == field


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "x" * 201])
def test_texts_that_nothing_can_store_are_refused_also_inside_rules(text):
    rule = CONDITION | {"params": {"levels": [text]}}
    assert refused_field(json.dumps(changed(["offers", 0, "conditions"], [rule]))) == LEVELS


def test_a_name_that_cannot_be_printed_is_named_in_print():
    assert refused_field('{"format": "promo-cart/1", "\\ud800": 1}') == "\\ud800"
    rule = {"code": "percent_off", "params": {"\ud800": 1}}
    assert refused_field(json.dumps(changed(["offers", 0, "benefit"], rule))) == "offers[0].benefit.params.\\ud800"


def test_a_name_that_stands_twice_is_named():
    assert refused_field('{"format": "promo-cart/1", "cart": {"at": 1, "at": 2}}') == "at"


@pytest.mark.parametrize("depth", [900, 100_000])
def test_deep_nesting_is_refused(depth):
    nested = "[" * depth + "]" * depth
    text = json.dumps(changed(["offers", 0, "benefit", "params", "tiers"], "HERE")).replace('"HERE"', nested)
    assert refused_field(text) in ("offers[0].benefit.params.tiers", "offers[0].benefit.params.tiers[0]", "document")


def test_an_empty_cart_costs_nothing_but_its_shipping():
    quote = price_document(parse_document(changed(["cart", "lines"], [])))
    assert (quote.total_cents, quote.lines, quote.applied, quote.not_applied) == (500, (), (), ())
    assert quote.optimal


def test_two_thousand_lines_are_a_cart():
    lines = [LINE | {"key": str(place), "sku": str(place), "quantity": 1} for place in range(2000)]
    quote = price_document(parse_document(changed(["cart", "lines"], lines)))
    assert (quote.total_cents, len(quote.lines)) == (2000 * 10_000 - 5000 + 500, 2000)


@pytest.mark.parametrize("text", ["", " ", "\ufeff{}", "{}", "[]", "null", '"promo-cart/1"'])
def test_the_command_line_says_in_one_line_what_is_missing(text):
    done = run(["--explain"], text)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line in ("document: This is not JSON.", "format: The format promo-cart/1 is needed.")


def test_the_command_line_explains_in_amounts_what_is_missing():
    cart = document()["cart"] | {"lines": [LINE | {"quantity": 1}]}
    explained = run(["--explain"], json.dumps(document(cart=cart))).stdout.splitlines()
    assert explained[2:] == [
        "total 105.00 CNY, saved 0.00 on goods",
        "not campaign:1: 200.00 more and it applies.",
        "200.00 more: campaign:1 gives 50.00 more",
    ]
