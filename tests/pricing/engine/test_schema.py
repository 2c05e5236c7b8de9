"""The published JSON Schema: it is current, admits what the engine admits, and refuses by the same field."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from pricing.engine.document import document_of, parse_document, price_document, quote_document
from pricing.engine.errors import WrongDocument
from pricing.engine.params import params_of
from pricing.engine.registry import BENEFITS, CONDITIONS, load_condition
from pricing.engine.schema import SCHEMAS, cart_schema, quote_schema
from tests.pricing.engine.random_carts import random_document
from tests.pricing.engine.test_document import COUPON, MOMENT, changed, document, run
from tests.pricing.engine.test_invariants import SEEDS, _damage
from tests.pricing.engine.test_rules import RULES

pytestmark = pytest.mark.req("PRC-01")

PUBLISHED = Path(__file__).parents[3] / "docs" / "schema"
CART, QUOTE = Draft202012Validator(cart_schema()), Draft202012Validator(quote_schema())


def as_json(values):
    """Return what another program would receive."""
    return json.loads(json.dumps(values))


def wrong_fields(validator, values):
    """Return the paths of what a schema refuses, written as the parser writes them."""
    return {field for error in validator.iter_errors(values) for field in _fields_of(error)}


def _fields_of(error):
    path = ""
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    names = [""]
    if error.validator == "required":
        names = [f".{name}" for name in error.validator_value if name not in error.instance]
    if error.validator == "additionalProperties":
        names = [f".{name}" for name in error.instance if name not in error.schema["properties"]]
    return {(path + name).removeprefix(".") for name in names}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_published_file_is_what_the_types_say(name):
    published = (PUBLISHED / f"{name}.json").read_text(encoding="utf-8")
    made = json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"
    assert published == made, f"python -m pricing.engine --schema {name} > docs/schema/{name}.json"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_command_line_writes_a_schema_that_is_one(name):
    done = run(["--schema", name], "")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == as_json(SCHEMAS[name]())
    Draft202012Validator.check_schema(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [["--schema"], ["--schema", "order"], ["--schema", "cart", "quote"]])
def test_the_command_line_knows_no_other_schema(arguments):
    done = run(arguments, "")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_every_parameter_says_what_it_may_be():
    rules = (*BENEFITS.values(), *CONDITIONS.values())
    assert [(rule.CODE, param.name) for rule in rules for param in params_of(rule) if not param.kind.schema] == []


@pytest.mark.parametrize(("code", "params"), RULES)
def test_every_rule_that_loads_is_valid(code, params):
    kind = "Benefit" if code in BENEFITS else "Condition"
    rules = Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": cart_schema()["$defs"]})
    assert wrong_fields(rules, {"code": code, "params": params}) == set()
    assert wrong_fields(rules, {"code": code, "params": params | {"nothing": 1}}) == {"params.nothing"}


def test_the_smallest_document_and_the_whole_one_are_valid():
    assert wrong_fields(CART, document()) == set()
    assert wrong_fields(CART, {"format": "promo-cart/1", "cart": {"lines": [], "at": MOMENT}}) == set()
    assert wrong_fields(CART, document(facts={"coupons": [COUPON]}, choices={"coupons": None})) == set()
    assert wrong_fields(CART, as_json(document_of(parse_document(document())))) == set()


@given(SEEDS)
def test_every_cart_and_every_quote_is_valid(seed):
    found = random_document(seed, choosing=True)
    assert wrong_fields(CART, as_json(document_of(found))) == set()
    assert wrong_fields(QUOTE, as_json(quote_document(price_document(found)))) == set()


def test_figures_of_reasons_are_numbers_or_texts():
    parsed = parse_document(document())
    region = load_condition("region", {"regions": ["sh"]})
    offers = [
        replace(parsed.offers[0], id="far", conditions=(region,)),
        replace(parsed.offers[0], id="more", conditions=(load_condition("min_quantity", {"pieces": 9}),)),
    ]
    quote = as_json(quote_document(price_document(replace(parsed, offers=tuple(offers)))))
    assert wrong_fields(QUOTE, quote) == set()
    quote["not_applied"][0]["reason"]["figures"]["missing_cents"] = 1.5
    assert wrong_fields(QUOTE, quote) == {"not_applied[0].reason.figures.missing_cents"}


PARAMS = ["offers", 0, "benefit", "params"]
TIER = [*PARAMS, "tiers", 0]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["format"], "promo-cart/9", "format"),
        (["mode"], "cheapest", "mode"),
        (["node_budget"], "many", "node_budget"),
        (["wishes"], [], "wishes"),
        (["cart"], None, "cart"),
        (["cart", "at"], 5, "cart.at"),
        (["cart", "coupon"], "x", "cart.coupon"),
        (["cart", "lines"], {}, "cart.lines"),
        (["cart", "lines", 0], "A", "cart.lines[0]"),
        (["cart", "lines", 0, "quantity"], "3", "cart.lines[0].quantity"),
        (["cart", "lines", 0, "list_cents"], True, "cart.lines[0].list_cents"),
        (["cart", "lines", 0, "list_cents"], 1.5, "cart.lines[0].list_cents"),
        (["cart", "lines", 0, "kind"], "ghost", "cart.lines[0].kind"),
        (["cart", "lines", 0, "sku"], "x" * 201, "cart.lines[0].sku"),
        (["cart", "lines", 0, "categories"], ["a", 5], "cart.lines[0].categories[1]"),
        (["cart", "lines", 0, "discountable"], 1, "cart.lines[0].discountable"),
        (["cart", "shopper"], {"level": 5}, "cart.shopper.level"),
        (["cart", "shopper"], {"orders_placed": "none"}, "cart.shopper.orders_placed"),
        (["cart", "shipping", 0], {"shop": "s1"}, "cart.shipping[0].fee_cents"),
        (["facts", "units_left"], [["campaign:1", "A"]], "facts.units_left[0]"),
        (["facts", "units_left"], [["campaign:1", "A", 1, 2]], "facts.units_left[0]"),
        (["facts", "units_left"], [["campaign:1", "A", "5"]], "facts.units_left[0][2]"),
        (["facts", "uses_left"], {"campaign:1": "many"}, "facts.uses_left.campaign:1"),
        (["facts", "uses_left"], {"x" * 201: 1}, "facts.uses_left"),
        (["facts", "coupons"], [COUPON | {"held": None}], "facts.coupons[0].held"),
        (["choices"], {"coupons": "all"}, "choices.coupons"),
        (["choices"], {"barred": [["1"]]}, "choices.barred[0]"),
        (["choices"], {"pinned": [["1", "campaign:1"]]}, "choices.pinned"),
        (["offers", 0], {}, "offers[0].id"),
        (["offers", 0, "layer"], "nowhere", "offers[0].layer"),
        (["offers", 0, "exclusive"], True, "offers[0].exclusive"),
        (["offers", 0, "scope"], None, "offers[0].scope"),
        (["offers", 0, "scope", "everything"], "yes", "offers[0].scope.everything"),
        (["offers", 0, "scope", "colours"], ["red"], "offers[0].scope.colours"),
        (["offers", 0, "funding"], [["platform"]], "offers[0].funding[0]"),
        (["offers", 0, "starts_at"], 5, "offers[0].starts_at"),
        (["offers", 0, "benefit"], "free", "offers[0].benefit"),
        (["offers", 0, "benefit"], {"code": "free_shipping"}, "offers[0].benefit.params"),
        (["offers", 0, "benefit", "code"], "magic", "offers[0].benefit.code"),
        (["offers", 0, "benefit", "code"], "min_spend", "offers[0].benefit.code"),
        (["offers", 0, "benefit", "name"], "x", "offers[0].benefit.name"),
        (PARAMS, [], "offers[0].benefit.params"),
        (PARAMS, {}, "offers[0].benefit.params.tiers"),
        ([*PARAMS, "every"], 1, "offers[0].benefit.params.every"),
        ([*PARAMS, "cap_cents"], 1, "offers[0].benefit.params.cap_cents"),
        ([*PARAMS, "tiers"], [], "offers[0].benefit.params.tiers"),
        (TIER, {"threshold_cents": 5}, "offers[0].benefit.params.tiers[0]"),
        (TIER, {"threshold_cents": 500, "off_cents": 5, "rate_bp": 5}, "offers[0].benefit.params.tiers[0]"),
        ([*TIER, "off_cents"], 0, "offers[0].benefit.params.tiers[0].off_cents"),
        ([*TIER, "threshold_cents"], 10**14, "offers[0].benefit.params.tiers[0].threshold_cents"),
        (["offers", 0, "conditions"], [{"code": "percent_off", "params": {}}], "offers[0].conditions[0].code"),
        (
            ["offers", 0, "conditions"],
            [{"code": "min_quantity", "params": {"pieces": 0}}],
            "offers[0].conditions[0].params.pieces",
        ),
        (
            ["offers", 0, "conditions"],
            [{"code": "min_quantity", "params": {"pieces": 1, "scope": {"skus": []}}}],
            "offers[0].conditions[0].params.scope.skus",
        ),
    ],
)
def test_what_the_schema_refuses_the_parser_refuses_by_the_same_field(path, value, field):
    wrong = changed(path, value)
    with pytest.raises(WrongDocument) as refused:
        parse_document(wrong)
    assert refused.value.field == field
    assert field in wrong_fields(CART, wrong)


def test_a_document_needs_its_format():
    wrong = document()
    del wrong["format"]
    with pytest.raises(WrongDocument) as refused:
        parse_document(wrong)
    assert wrong_fields(CART, wrong) == {refused.value.field} == {"format"}


def refused_field(values):
    """Return the field by which the parser refuses a document, None if it does not."""
    try:
        parse_document(values)
    except WrongDocument as refusal:
        return refusal.field
    return None


@given(SEEDS)
def test_a_damaged_document_that_the_schema_refuses_is_refused_by_the_parser_too(seed):
    damaged = as_json(document_of(random_document(seed, choosing=True)))
    _damage(damaged, Random(seed))
    field, wrong = refused_field(damaged), wrong_fields(CART, damaged)
    assert not wrong or (field is not None and any(path.startswith(field) for path in wrong))
