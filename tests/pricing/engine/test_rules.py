"""Every rule: its parameters, what it refuses, what it says."""

import pytest

from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.offer import Offer
from pricing.engine.params import params_of
from pricing.engine.registry import BENEFITS, CONDITIONS, dump_params, label_of, load_benefit, load_condition
from pricing.engine.scope import EVERYTHING, Scope
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of

TIER = {"threshold_cents": 30_000, "off_cents": 5000}
MUG = {"sku": "mug", "value_cents": 3000}
RULES = [
    ("gift", {"gifts": [MUG, {**MUG, "sku": "pen", "quantity": 2, "stock_units": 5}], "choose": 1}),
    ("gift", {"gifts": [MUG], "threshold_pieces": 3, "every": True, "max_times": 2}),
    ("reward", {"template": "7", "value_cents": 2000, "threshold_cents": 20_000}),
    ("spend_tiers", {"tiers": [TIER, {"threshold_cents": 50_000, "rate_bp": 2000}]}),
    ("spend_tiers", {"tiers": [TIER], "every": True, "max_times": 3}),
    ("spend_tiers", {"tiers": [{"threshold_pieces": 3, "rate_bp": 1000}]}),
    ("percent_off", {"rate_bp": 2000, "cap_cents": 500}),
    ("amount_off", {"off_cents": 500}),
    ("fixed_price", {"price_cents": 0}),
    ("sku_prices", {"prices": {"A": 0, "B": 9900}}),
    ("bulk_unit_price", {"tiers": [{"from_pieces": 3, "price_cents": 900}], "over_all": True}),
    ("bulk_unit_price", {"tiers": [{"from_pieces": 2, "rate_bp": 1000}, {"from_pieces": 5, "rate_bp": 2000}]}),
    ("graduated_unit_price", {"tiers": [{"from_pieces": 2, "price_cents": 800}], "max_pieces": 3}),
    ("units_off", {"off_cents": 1500, "max_units": 1, "pick": "dearest"}),
    ("units_off", {"rate_bp": 2000, "max_units": 3, "max_units_per_sku": 2}),
    ("sku_amount_off", {"off_cents": 1000}),
    ("spend_tiers", {"tiers": [{"threshold_cents": 0, "off_cents": 1000}]}),
    ("free_shipping", {}),
    ("shipping_percent_off", {"rate_bp": 5000, "cap_cents": 600}),
    ("shipping_price", {"price_cents": 600}),
    ("nth_unit_off", {"every": 2, "rate_bp": 5000}),
    ("buy_get", {"buy": 3, "get": 1}),
    ("buy_get", {"buy": 2, "get": 2, "rate_bp": 5000, "max_times": 3}),
    ("any_n_for_price", {"pieces": 3, "price_cents": 9900, "max_times": 2}),
    ("buy_get", {"buy": 2, "get": 1, "off_cents": 500}),
    ("buy_get", {"buy": 2, "get": 1, "off_cents": 500, "max_times": 1}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"categories": ["hat"]}}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"categories": ["hat"]}, "max_times": 2}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"categories": ["hat"]}, "max_pieces": 5}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"skus": ["A"]}, "rate_bp": 5000}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"skus": ["A"]}, "rate_bp": 5000, "max_times": 2}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"skus": ["A"]}, "rate_bp": 5000, "max_pieces": 5}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"skus": ["A"]}, "off_cents": 500}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"skus": ["A"]}, "off_cents": 500, "max_times": 2}),
    ("buy_get", {"buy": 6, "get": 1, "get_scope": {"skus": ["A"]}, "off_cents": 500, "max_pieces": 5}),
    ("bundle_price", {"goods": {"A": 2, "B": 1}, "price_cents": 9900}),
    ("any_n_off", {"pieces": 3, "off_cents": 2000}),
    ("any_n_off", {"pieces": 3, "rate_bp": 2000, "pick": "cheapest"}),
    ("any_n_off", {"pieces": 2, "piece_off_cents": 500, "max_times": 2}),
    ("any_n_off", {"pieces": 2, "piece_price_cents": 0, "max_times": 1, "pick": "cheapest"}),
    ("any_n_for_price", {"pieces": 3, "price_cents": 9900, "pick": "cheapest"}),
    ("bundle_price", {"goods": {"A": 2}, "price_cents": 9900, "max_times": 2}),
    ("exchange", {"goods": {"A": 1, "B": 2}, "price_cents": 100}),
    ("nth_unit_off", {"every": 3, "rate_bp": 10_000, "max_times": 1, "pick": "dearest", "within_groups": True}),
    ("min_spend", {"threshold_cents": 5000, "scope": {"skus": ["A", "B"]}}),
    ("min_quantity", {"pieces": 2}),
    ("cart_contains", {"scope": {"skus": ["A", "B"]}, "pieces": 2}),
    ("line_quantity", {"least": 3, "most": 4}),
    ("member_level", {"levels": ["gold", "vip"]}),
    ("shopper_tag", {"tags": ["student"]}),
    ("audience", {"audience": "campaign:1"}),
    ("nth_order", {"order_number": 2}),
    ("ordered_before", {}),
    ("channel", {"channels": ["app"]}),
    ("terminal", {"terminals": ["ios"]}),
    ("region", {"regions": ["sh"]}),
]


def load(code, params):
    return load_benefit(code, params) if code in BENEFITS else load_condition(code, params)


@pytest.mark.parametrize(("code", "params"), RULES)
def test_parameters_survive_storing(code, params):
    rule = load(code, params)
    assert dump_params(rule) == params
    assert load(code, dump_params(rule)) == rule
    assert str(rule.describe())


def test_every_rule_has_a_label_and_labels_its_parameters():
    assert {code for code, _ in RULES} == set(BENEFITS) | set(CONDITIONS)
    for rule in (*BENEFITS.values(), *CONDITIONS.values()):
        assert label_of(rule.CODE)
        assert {param.name for param in params_of(rule)} == set(rule.ABOUT)


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("code", "params", "field"),
    [
        ("percent_off", {}, "rate_bp"),
        ("percent_off", {"rate_bp": None}, "rate_bp"),
        ("percent_off", {"rate_bp": 0}, "rate_bp"),
        ("percent_off", {"rate_bp": 10_001}, "rate_bp"),
        ("percent_off", {"rate_bp": "2000"}, "rate_bp"),
        ("percent_off", {"rate_bp": 20.0}, "rate_bp"),
        ("percent_off", {"rate_bp": True}, "rate_bp"),
        ("percent_off", {"rate_bp": 2000, "cap": 1}, "cap"),
        ("percent_off", [2000], "params"),
        ("no_such_rule", {}, "code"),
        ("amount_off", {"off_cents": 10**20}, "off_cents"),
        ("fixed_price", {"price_cents": -1}, "price_cents"),
        ("spend_tiers", {"tiers": []}, "tiers"),
        ("spend_tiers", {"tiers": [{"threshold_cents": 100}]}, "tiers[0]"),
        ("spend_tiers", {"tiers": [{**TIER, "rate_bp": 5}]}, "tiers[0]"),
        ("spend_tiers", {"tiers": [{**TIER, "threshold_pieces": 5}]}, "tiers[0]"),
        ("spend_tiers", {"tiers": [TIER, TIER]}, "tiers"),
        ("spend_tiers", {"tiers": [TIER, {"threshold_cents": 40_000, "off_cents": 4000}]}, "tiers"),
        ("spend_tiers", {"tiers": [{"threshold_cents": 100, "off_cents": 101}]}, "tiers[0].off_cents"),
        ("spend_tiers", {"tiers": [{"threshold_cents": -1, "off_cents": 1}]}, "tiers[0].threshold_cents"),
        ("spend_tiers", {"tiers": [{"threshold_cents": 0, "off_cents": 1}], "every": True}, "every"),
        ("spend_tiers", {"tiers": [TIER, {"threshold_pieces": 5, "off_cents": 9000}]}, "tiers"),
        ("spend_tiers", {"tiers": [{"threshold_cents": 100, "rate_bp": 100}], "every": True}, "every"),
        ("spend_tiers", {"tiers": [TIER], "max_times": 2}, "max_times"),
        ("nth_unit_off", {"every": 1, "rate_bp": 5000}, "every"),
        ("buy_get", {"buy": 0, "get": 1}, "buy"),
        ("buy_get", {"buy": 3}, "get"),
        ("buy_get", {"buy": 1, "get": 1, "rate_bp": 1, "off_cents": 1}, "off_cents"),
        ("buy_get", {"buy": 1, "get": 1, "get_scope": {}}, "get_scope"),
        ("buy_get", {"buy": 1, "get": 1, "get_scope": {"everything": True}}, "get_scope"),
        ("buy_get", {"buy": 1, "get": 1, "get_scope": {"skus": ["A"], "excluded_skus": ["B"]}}, "get_scope"),
        ("buy_get", {"buy": 1, "get": 1, "get_scope": "A"}, "get_scope"),
        ("buy_get", {"buy": 1, "get": 1, "max_pieces": 2}, "max_pieces"),
        ("buy_get", {"buy": 1, "get": 1, "get_scope": {"skus": ["A"]}, "max_pieces": 2, "max_times": 2}, "max_pieces"),
        ("any_n_off", {"pieces": 3}, "off_cents"),
        ("any_n_off", {"pieces": 3, "off_cents": 1, "rate_bp": 1}, "off_cents"),
        ("any_n_off", {"pieces": 1, "off_cents": 1}, "pieces"),
        ("bundle_price", {"goods": {"A": 1}, "price_cents": 9900}, "goods"),
        ("bundle_price", {"goods": {}, "price_cents": 9900}, "goods"),
        ("bundle_price", {"goods": ["A", "B"], "price_cents": 9900}, "goods"),
        ("bundle_price", {"goods": {"": 2}, "price_cents": 9900}, "goods"),
        ("bundle_price", {"goods": {"A": 1, "B": 0}, "price_cents": 9900}, "goods[B]"),
        ("bundle_price", {"goods": {"A": 1, "B": True}, "price_cents": 9900}, "goods[B]"),
        ("bundle_price", {"goods": {str(n): 1 for n in range(51)}, "price_cents": 9900}, "goods"),
        ("exchange", {"goods": {"A": 1}, "price_cents": -1}, "price_cents"),
        ("any_n_for_price", {"pieces": 1, "price_cents": 9900}, "pieces"),
        ("any_n_for_price", {"pieces": 3, "price_cents": -1}, "price_cents"),
        ("nth_unit_off", {"every": 2, "rate_bp": 5000, "pick": "middle"}, "pick"),
        ("nth_unit_off", {"every": 2, "rate_bp": 5000, "pick": ["dearest"]}, "pick"),
        ("nth_unit_off", {"every": 2, "rate_bp": 5000, "max_times": 0}, "max_times"),
        ("min_spend", {"threshold_cents": 5, "scope": {"sku": ["A"]}}, "scope"),
        ("min_spend", {"threshold_cents": 5, "scope": {"skus": []}}, "scope.skus"),
        ("member_level", {"levels": "vip"}, "levels"),
        ("nth_order", {"order_number": 0}, "order_number"),
        ("gift", {"gifts": []}, "gifts"),
        ("gift", {"gifts": [MUG, MUG]}, "gifts"),
        ("gift", {"gifts": [{"sku": "mug"}]}, "gifts[0]"),
        ("gift", {"gifts": [{**MUG, "value_cents": 0}]}, "gifts[0].value_cents"),
        ("gift", {"gifts": [{**MUG, "quantity": 0}]}, "gifts[0].quantity"),
        ("gift", {"gifts": [{**MUG, "stock_units": 0}]}, "gifts[0].stock_units"),
        ("gift", {"gifts": [{**MUG, "sku": 7}]}, "gifts[0].sku"),
        ("gift", {"gifts": [MUG], "choose": 1}, "choose"),
        ("gift", {"gifts": [MUG], "every": True}, "every"),
        ("gift", {"gifts": [MUG], "threshold_pieces": 1, "max_times": 2}, "max_times"),
        ("gift", {"gifts": [MUG], "threshold_pieces": 1, "threshold_cents": 1}, "threshold_pieces"),
        ("reward", {"template": "", "value_cents": 1}, "template"),
        ("reward", {"template": "7", "value_cents": 0}, "value_cents"),
    ],
)
def test_wrong_parameters_are_refused_by_name(code, params, field):
    with pytest.raises(WrongParams) as refused:
        load(code, params)
    assert refused.value.field == field


def test_a_rule_built_in_code_is_checked_like_a_stored_one():
    with pytest.raises(WrongParams) as refused:
        BENEFITS["percent_off"](rate_bp=-5)
    assert refused.value.field == "rate_bp"


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"layer": Layer.SHIPPING}, "layer"),
        ({"combines_with": frozenset({"order"})}, "combines_with"),
        ({"funding": (("platform", 6000),)}, "funding"),
        ({"funding": (("platform", 6000), ("platform", 4000))}, "funding"),
        ({"funding": (("platform", 11_000), ("s1", -1000))}, "funding"),
        ({"coupons_per_order": 0}, "coupons_per_order"),
    ],
)
def test_an_offer_that_cannot_work_is_refused_by_field(other, field):
    named = {
        "id": "campaign:1",
        "name": "x",
        "layer": Layer.ORDER,
        "owner": "platform",
        "benefit": load_benefit("percent_off", {"rate_bp": 1000}),
        "scope": EVERYTHING,
    } | other
    with pytest.raises(WrongParams) as refused:
        Offer(**named)
    assert refused.value.field == field


@pytest.mark.req("CAM-05")
@pytest.mark.parametrize(("quantity", "total_cents"), [(1, 10_000), (2, 18_000), (3, 27_000), (4, 32_000)])
def test_tiers_by_pieces(quantity, total_cents):
    deal = offer(
        "campaign:1",
        "spend_tiers",
        {"tiers": [{"threshold_pieces": 2, "rate_bp": 1000}, {"threshold_pieces": 4, "rate_bp": 2000}]},
    )
    quote = price(cart_of(goods("A", 10_000, quantity)), deal)
    assert quote.total_cents == total_cents
    missing = [(gain.missing_pieces, gain.gain_cents) for gain in quote.nearest_gains]
    assert missing == {1: [(1, 1000)], 2: [(2, 2000)], 3: [(1, 3000)], 4: []}[quantity]


@pytest.mark.req("CAM-02")
def test_every_full_threshold_counts_up_to_the_cap():
    deal = offer(
        "campaign:1",
        "spend_tiers",
        {"tiers": [{"threshold_cents": 10_000, "off_cents": 1000}], "every": True, "max_times": 2},
    )
    quotes = [price(cart_of(goods("A", cents)), deal) for cents in (15_000, 20_000, 50_000)]
    assert [quote.total_cents for quote in quotes] == [14_000, 18_000, 48_000]
    assert [[(gain.missing_cents, gain.gain_cents) for gain in quote.nearest_gains] for quote in quotes] == [
        [(5000, 1000)],
        [],
        [],
    ]


@pytest.mark.req("CAM-02")
def test_a_capped_percentage():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 2000, "cap_cents": 1500})
    assert price(cart_of(goods("A", 10_000)), deal).total_cents == 8500


@pytest.mark.req("CAM-02")
def test_an_amount_off_each_unit_in_the_item_layer_and_once_above():
    cart = cart_of(goods("A", 1000, 3))
    assert price(cart, offer("campaign:1", "amount_off", {"off_cents": 200}, layer=Layer.ITEM)).total_cents == 2400
    assert price(cart, offer("campaign:1", "amount_off", {"off_cents": 200})).total_cents == 2800
    assert price(cart, offer("campaign:1", "amount_off", {"off_cents": 9000})).total_cents == 0


@pytest.mark.req("CAM-02")
def test_a_set_price_is_never_a_raise():
    deal = offer("campaign:1", "fixed_price", {"price_cents": 1200}, layer=Layer.ITEM)
    quote = price(cart_of(goods("A", 1000)), deal)
    assert quote.total_cents == 1000
    assert reason_of(quote, "campaign:1") == ("no_effect", {})


@pytest.mark.req("CAM-03", "CAM-04", "PRC-04")
@pytest.mark.parametrize(
    ("condition", "cart", "reason"),
    [
        (("channel", {"channels": ["app"]}), {}, "channel"),
        (("terminal", {"terminals": ["ios"]}), {}, "terminal"),
        (("region", {"regions": ["sh"]}), {}, "region"),
        (("channel", {"channels": ["web"]}), {}, None),
        (("min_quantity", {"pieces": 2}), {}, "below_threshold"),
    ],
)
def test_conditions_on_shopper_and_place(condition, cart, reason):
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=(condition,))
    quote = price(cart_of(goods("A", 1000), **cart), deal)
    assert (quote.not_applied[0].reason.code if quote.not_applied else None) == reason


@pytest.mark.req("CAM-07")
@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        (Scope(), False),
        (EVERYTHING, True),
        (Scope(skus=frozenset({"A"})), True),
        (Scope(products=frozenset({"P"})), True),
        (Scope(categories=frozenset({"shoes"})), True),
        (Scope(shops=frozenset({"s2"})), False),
        (Scope(kinds=frozenset({"physical"})), True),
        (Scope(everything=True, excluded_categories=frozenset({"shoes"})), False),
        (Scope(skus=frozenset({"A"}), excluded_products=frozenset({"P"})), False),
        (Scope(everything=True, excluded_skus=frozenset({"A"})), False),
    ],
)
def test_a_scope_means_what_it_includes_and_does_not_exclude(scope, meant):
    assert scope.meets(goods("A", 1, product="P", categories=frozenset({"shoes"}))) is meant


@pytest.mark.req("CAM-07")
def test_a_line_that_is_never_discounted_is_open_to_nothing_and_does_not_count():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=(("min_spend", {"threshold_cents": 2000}),))
    quote = price(cart_of(goods("A", 1500), goods("B", 1000, discountable=False)), deal)
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 500})
