"""Conditions and their reasons as sentences for shoppers, in both languages."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from pricing.engine.reasons import Reason
from storefront.wording import rule_sentences, say

pytestmark = pytest.mark.req("PRC-04", "PLT-04")


@pytest.mark.parametrize(
    ("code", "params", "english", "chinese"),
    [
        ("shopper_tag", {"tags": ["student"]}, "For selected customers only", "仅限受邀顾客"),
        (
            "cart_contains",
            {"scope": {"skus": ["A"]}},
            "With one of certain goods in the cart",
            "购物车中含指定商品可用",
        ),
        (
            "cart_contains",
            {"scope": {"skus": ["A"]}, "pieces": 2},
            "With 2 pieces of certain goods in the cart",
            "购物车中含2件指定商品可用",
        ),
        ("line_quantity", {"least": 3}, "From 3 pieces of one product", "同一商品满3件可用"),
        ("line_quantity", {"most": 4}, "For at most 4 pieces of one product", "同一商品不超过4件可用"),
        ("line_quantity", {"least": 3, "most": 4}, "For 3 to 4 pieces of one product", "同一商品3至4件可用"),
    ],
)
def test_conditions_are_said_in_both_languages(code, params, english, chinese):
    terms = SimpleNamespace(benefit_code="free_shipping", params={}, conditions=[{"code": code, "params": params}])
    assert rule_sentences(terms)[-1] == english
    with override("zh-hans"):
        assert rule_sentences(terms)[-1] == chinese


@pytest.mark.parametrize(
    ("figures", "english", "chinese"),
    [
        (
            {"condition": "cart_contains", "missing_pieces": 2},
            "2 pieces of certain other goods are missing in the cart.",
            "购物车中还缺2件指定商品。",
        ),
        (
            {"condition": "line_quantity", "least_pieces": 3, "most_pieces": 4},
            "It applies to 3 to 4 pieces of one product.",
            "同一商品购买3至4件时可享受。",
        ),
        (
            {"condition": "line_quantity", "least_pieces": 3},
            "It applies from 3 pieces of one product on.",
            "同一商品满3件即可享受。",
        ),
        (
            {"condition": "line_quantity", "most_pieces": 4},
            "It applies to at most 4 pieces of one product.",
            "同一商品不超过4件时可享受。",
        ),
        ({"condition": "elsewhere"}, "A condition is not met.", "不满足使用条件。"),
    ],
)
def test_reasons_are_said_in_both_languages(figures, english, chinese):
    message = Reason("condition", figures).message
    assert say(message) == english
    with override("zh-hans"):
        assert say(message) == chinese
