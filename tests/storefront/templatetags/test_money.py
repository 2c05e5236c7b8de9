"""Cents to text: sign, decimals and rates in both languages and in other currencies."""

import pytest
from django.utils.translation import override

from storefront.templatetags.money import money, price, rate, short_money

pytestmark = pytest.mark.req("PLT-04")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("cents", "full", "short"),
    [
        (0, "¥0.00", "¥0"),
        (1, "¥0.01", "¥0.01"),
        (2_000, "¥20.00", "¥20"),
        (2_050, "¥20.50", "¥20.50"),
        (123_456_700, "¥1,234,567.00", "¥1,234,567"),
        (-500, "-¥5.00", "-¥5"),
    ],
)
def test_yuan_are_written_with_one_sign_in_both_languages(language, cents, full, short):
    with override(language):
        assert (money(cents), short_money(cents)) == (full, short)


def test_other_currencies_keep_their_own_minor_units(settings):
    assert money(1_234, "JPY") == "¥1,234"
    assert money(1_234, "EUR") == "€12.34"
    assert money(1_234, "KWD") == "KWD1.234"
    assert [short_money(1_000, currency) for currency in ("JPY", "KWD", "EUR")] == ["¥1,000", "KWD1", "€10"]
    settings.CURRENCY = "USD"
    assert (money(100_050), short_money(100_000)) == ("$1,000.50", "$1,000")


def test_price_keeps_the_exact_cents_for_machines():
    assert price(123_450, "now") == (
        '<data class="price now" value="123450"><span class="sign">¥</span>1,234<span class="minor">.50</span></data>'
    )


@pytest.mark.parametrize(
    ("rate_bp", "english", "chinese"),
    [(2_000, "20%", "8折"), (1_500, "15%", "8.5折"), (1, "0.01%", "9.999折"), (10_000, "100%", "0折")],
)
def test_rate_off_is_percent_in_english_and_zhe_in_chinese(rate_bp, english, chinese):
    with override("en"):
        assert rate(rate_bp) == english
    with override("zh-hans"):
        assert rate(rate_bp) == chinese
