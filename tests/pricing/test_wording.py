import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from pricing.engine.messages import Message
from pricing.engine.registry import load_benefit
from pricing.forms.fields import MoneyField, PercentField, RateField
from pricing.wording import money_text, rate_text, say


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12.50", 1_250), ("¥1,200", 120_000), (" 0.01 ", 1), ("", None), ("５９．９０", 5_990), ("￥59元", 5_900)],
)
def test_amount_is_typed_as_decimal_text(typed, cents):
    assert MoneyField(required=False).clean(typed) == cents


@pytest.mark.parametrize(
    "typed", ["1.005", "-1", "abc", "NaN", "1e400", "Infinity", "59,90", "1.234,50", "1²", "99999999999999"]
)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        MoneyField().clean(typed)


@pytest.mark.req("PLT-04")
@pytest.mark.parametrize(("language", "typed"), [("en", "20"), ("en", "20%"), ("zh-hans", "8"), ("zh-hans", "8折")])
def test_same_rate_is_typed_in_the_way_of_each_language(language, typed):
    with override(language):
        assert RateField().clean(typed) == 2_000


@pytest.mark.req("PLT-04")
def test_rate_is_shown_as_it_is_typed():
    for language, shown, text in (("en", "15", "15%"), ("zh-hans", "8.5", "8.5折")):
        with override(language):
            assert (RateField().prepare_value(1_500), rate_text(1_500)) == (shown, text)


@pytest.mark.parametrize(("language", "typed"), [("en", "0"), ("en", "101"), ("zh-hans", "10"), ("zh-hans", "85")])
def test_rate_that_is_no_rate_is_refused(language, typed):
    with override(language), pytest.raises(ValidationError):
        RateField().clean(typed)


def test_share_is_a_percentage_in_every_language():
    with override("zh-hans"):
        assert (PercentField().clean("60"), PercentField().prepare_value(6_000)) == (6_000, "60")


def test_money_is_read_with_the_sign_of_the_currency():
    assert [money_text(cents) for cents in (2_000, 123_450)] == ["¥20", "¥1,234.50"]


def test_one_piece_is_said_as_one_and_more_as_many():
    said = [say(Message("%(missing_pieces)s more pieces and it applies.", {"missing_pieces": n})) for n in (1, 2)]
    assert said == ["One more piece and it applies.", "2 more pieces and it applies."]


@pytest.mark.req("CAM-02", "PLT-04")
@pytest.mark.parametrize(
    ("code", "params", "english", "chinese"),
    [
        ("spend_tiers", {"tiers": [{"threshold_cents": 30_000, "rate_bp": 2_000}]}, "20% off from ¥300", "满¥300打8折"),
        (
            "units_off",
            {"off_cents": 1_500, "max_units": 1},
            "¥15 off the cheapest piece",
            "每件减¥15，最多1件，低价优先",
        ),
        (
            "units_off",
            {"off_cents": 1_500, "max_units_per_sku": 1},
            "¥15 off each of at most 1 piece of one product",
            "每件减¥15，同一商品最多1件",
        ),
        (
            "any_n_for_price",
            {"pieces": 3, "price_cents": 9_900, "max_times": 1},
            "Any 3 pieces for ¥99, up to 1 time",
            "¥99任选3件，最多1次",
        ),
    ],
)
def test_a_rule_is_said_with_its_singular_and_as_shops_say_it(code, params, english, chinese):
    told = load_benefit(code, params).describe()
    with override("zh-hans"):
        assert say(told) == chinese
    assert say(told) == english
