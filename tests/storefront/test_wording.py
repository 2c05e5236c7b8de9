"""Messages of the engine as sentences for shoppers: figures formatted, offers named, both languages."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from pricing.engine.errors import Refusal
from pricing.engine.messages import Message
from pricing.engine.reasons import SENTENCES, Reason
from storefront.wording import limit_sentences, rule_sentences, say, stacking_sentence, threshold, worth
from tests.factories import NOON

pytestmark = pytest.mark.req("PRC-04", "CAM-06", "PLT-04")

FROM_NOTHING_ON = {"tiers": [{"threshold_cents": 0, "off_cents": 1_000}]}
TIERS = {"tiers": [{"threshold_cents": 20_000, "off_cents": 2_000}, {"threshold_cents": 30_000, "off_cents": 5_000}]}
FIGURES = {
    "missing_cents": 2_050,
    "missing_pieces": 2,
    "missing_goods": "TEA",
    "least_pieces": 3,
    "most_pieces": 4,
    "starts_at": NOON.isoformat(),
    "offer": "campaign:7",
    "condition": "region",
}


def terms(benefit_code: str, params: dict, conditions: list | None = None) -> SimpleNamespace:
    return SimpleNamespace(benefit_code=benefit_code, params=params, conditions=conditions or [])


def least(threshold_cents: int) -> list[dict]:
    return [{"code": "min_spend", "params": {"threshold_cents": threshold_cents}}]


def test_figures_are_formatted_and_offers_get_their_names():
    assert say(Reason("below_threshold", {"missing_cents": 2_050}).message) == "¥20.50 more and it applies."
    assert say(Reason("not_started", {"starts_at": NOON.isoformat()}).message) == "It starts at Nov 11 12:00."
    named = say(Reason("excluded_by", {"offer": "campaign:7"}).message, {"campaign:7": "Autumn"}.get)
    assert named == "It cannot be combined with Autumn."


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_reason_of_the_engine_becomes_a_whole_sentence(language, code):
    with override(language):
        sentence = say(Message(SENTENCES[code], FIGURES), lambda offer: "X")
    assert sentence
    assert "%(" not in sentence
    assert "campaign:7" not in sentence
    assert (language == "en") == sentence.isascii() or "¥" in sentence


def test_refusal_is_said_like_a_message_without_its_field():
    assert say(Refusal("At most %(most)s, not %(total_cents)s.", field="x", most=3, total_cents=100)) == (
        "At most 3, not ¥1."
    )


def test_every_tier_and_every_condition_is_a_sentence():
    assert rule_sentences(terms("spend_tiers", TIERS)) == ["¥20 off from ¥200", "¥50 off from ¥300"]
    assert rule_sentences(terms("percent_off", {"rate_bp": 2_000}, least(10_000))) == ["20% off", "From ¥100"]
    with override("zh-hans"):
        assert rule_sentences(terms("percent_off", {"rate_bp": 2_000})) == ["8折"]


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("benefit", "params", "english", "chinese"),
    [
        (
            "buy_get",
            {"buy": 3, "get": 1},
            "Buy 3, get 1 free: the cheapest in the cart",
            "买3件送1件（需都加入购物车，送最便宜的）",
        ),
        (
            "buy_get",
            {"buy": 2, "get": 1, "rate_bp": 5_000, "max_times": 2},
            "Buy 2, get 1 at 50% off: the cheapest in the cart, up to 2 times",
            "买2件，再选1件5折（取最便宜的），最多2次",
        ),
        (
            "buy_get",
            {"buy": 2, "get": 1, "get_scope": {"skus": ["A"]}, "rate_bp": 5_000, "max_pieces": 3},
            "Buy 2, get 1 of certain other goods at 50% off, up to 3 pieces",
            "买2件，1件指定商品5折，最多3件",
        ),
        (
            "bundle_price",
            {"goods": {"TEA": 2, "CUP": 1}, "price_cents": 9_900, "max_times": 2},
            "CUP + TEA × 2 together for ¥99, up to 2 times",
            "CUP + TEA × 2，套餐价¥99，最多2套",
        ),
        ("exchange", {"goods": {"TEA": 1}}, "Exchange for TEA", "兑换 TEA"),
        ("any_n_off", {"pieces": 3, "off_cents": 2_000}, "¥20 off any 3 pieces", "任选3件减¥20"),
        (
            "any_n_off",
            {"pieces": 2, "rate_bp": 3_000, "pick": "cheapest"},
            "30% off the cheapest 2 pieces, then the next ones",
            "最便宜的2件7折，其余依次类推",
        ),
        ("any_n_for_price", {"pieces": 3, "price_cents": 9_900}, "Any 3 pieces for ¥99", "¥99任选3件"),
        (
            "any_n_for_price",
            {"pieces": 3, "price_cents": 9_900, "max_times": 1},
            "Any 3 pieces for ¥99, up to 1 time",
            "¥99任选3件，最多1次",
        ),
        (
            "nth_unit_off",
            {"every": 2, "rate_bp": 5_000},
            "One in 2 pieces at 50% off, the cheapest of all",
            "第2件5折（每满2件一次，取全部商品中最便宜的）",
        ),
        (
            "nth_unit_off",
            {"every": 3, "rate_bp": 2_000, "max_times": 2, "pick": "dearest", "within_groups": True},
            "One in 3 pieces at 20% off, the dearest of each group, up to 2 times",
            "第3件8折（每满3件一次，取每组中最贵的），最多2次",
        ),
        ("shipping_percent_off", {"rate_bp": 5_000}, "50% off shipping", "运费5折"),
        (
            "shipping_percent_off",
            {"rate_bp": 2_000, "cap_cents": 600},
            "20% off shipping, up to ¥6",
            "运费8折，最高减¥6",
        ),
        ("shipping_price", {"price_cents": 600}, "Shipping for ¥6", "运费合计¥6"),
        (
            "bulk_unit_price",
            {"tiers": [{"from_pieces": 11, "price_cents": 1_700}]},
            "¥17 each from 11 pieces of one product",
            "同一商品满11件，每件¥17",
        ),
        (
            "graduated_unit_price",
            {"tiers": [{"from_pieces": 2, "rate_bp": 2_000}], "over_all": True},
            "20% off piece 2 and each after it",
            "第2件起，每件8折",
        ),
        (
            "graduated_unit_price",
            {"tiers": [{"from_pieces": 2, "off_cents": 500}], "max_pieces": 4},
            "¥5 off each of pieces 2 to 4 of one product",
            "同一商品第2件至第4件，每件减¥5",
        ),
        (
            "units_off",
            {"off_cents": 1_500, "max_units": 2},
            "¥15 off each of the 2 cheapest pieces",
            "每件减¥15，最多2件，低价优先",
        ),
        ("sku_amount_off", {"off_cents": 1_000}, "¥10 off each product, once", "每种商品减¥10，与件数无关"),
    ],
)
@pytest.mark.django_db
def test_offers_on_several_pieces_or_on_shipping_are_said_in_words(benefit, params, english, chinese):
    assert rule_sentences(terms(benefit, params)) == [english]
    with override("zh-hans"):
        assert rule_sentences(terms(benefit, params)) == [chinese]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((True, True, True), "Combines with shop offers, platform activities, coupons."),
        ((False, False, False), "Cannot be combined with shop offers, platform activities, coupons."),
        ((True, None, False), "Combines with shop offers, not with platform activities, coupons."),
    ],
)
def test_stacking_is_said_in_words(answers, sentence):
    names = ("with_shop_offers", "with_platform_activities", "with_coupons")
    assert stacking_sentence(SimpleNamespace(**dict(zip(names, answers, strict=True)))) == sentence


@pytest.mark.parametrize(
    ("benefit", "params", "conditions", "shown"),
    [
        ("amount_off", {"off_cents": 1_000}, least(10_000), ("¥10", "on orders from ¥100")),
        ("percent_off", {"rate_bp": 1_500, "cap_cents": 5_000}, [], ("15% off", "no minimum")),
        ("spend_tiers", TIERS, [], ("¥50", "on orders from ¥300")),
        ("spend_tiers", {"tiers": [{"threshold_pieces": 3, "rate_bp": 1_000}]}, [], ("10% off", "from 3 pieces")),
        ("spend_tiers", FROM_NOTHING_ON, [], ("¥10", "no minimum")),
        ("spend_tiers", FROM_NOTHING_ON, least(5_000), ("¥10", "on orders from ¥50")),
        ("fixed_price", {"price_cents": 990}, [], ("¥9.90", "no minimum")),
        ("free_shipping", {}, [], ("Free shipping", "no minimum")),
    ],
)
def test_face_of_a_coupon_is_short(benefit, params, conditions, shown):
    found = terms(benefit, params, conditions)
    assert (worth(found), threshold(found)) == shown


@pytest.mark.req("CAM-08")
@pytest.mark.parametrize(
    ("pieces", "orders", "period", "english", "chinese"),
    [
        (None, None, "campaign", [], []),
        (1, None, "campaign", ["At most 1 piece per customer."], ["每人限购 1 件。"]),
        (3, None, "day", ["At most 3 pieces per customer and day."], ["每人每天限购 3 件。"]),
        (None, 2, "campaign", ["In at most 2 orders per customer."], ["每人限享 2 单。"]),
    ],
)
def test_limits_per_customer_are_said_where_there_are_any(pieces, orders, period, english, chinese):
    caps = {"limit_units": pieces, "limit_orders": orders, "limit_period": period, "limit_identity": "member"}
    revision = SimpleNamespace(**caps)
    assert limit_sentences(revision) == english
    with override("zh-hans"):
        assert limit_sentences(revision) == chinese
