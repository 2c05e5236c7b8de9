"""Cents to text: the only formatting of money, in the site's currency and the reader's language."""

import re
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Shoppers in both languages read ¥; babel would write "CN¥" outside of China.
SHORT_SIGNS = {"CNY": "¥"}


def reader_locale() -> Locale:
    """Return babel's name for the reader's language."""
    return Locale("zh", script="Hans") if (get_language() or "").startswith("zh") else Locale("en")


@register.filter
def money(cents: int, currency: str = "") -> str:
    """Return an amount with all its decimals: ¥1,234.50. `cents` are minor units, whatever they are called."""
    currency, locale = currency or settings.CURRENCY, reader_locale()
    amount = Decimal(cents).scaleb(-get_currency_precision(currency))
    text = format_currency(amount, currency, locale=locale, format_type="standard")
    return (
        text.replace(get_currency_symbol(currency, locale), SHORT_SIGNS.get(currency, ""), 1)
        if currency in SHORT_SIGNS
        else text
    )


@register.filter
def short_money(cents: int, currency: str = "") -> str:
    """Return an amount for a sentence: ¥20 instead of ¥20.00."""
    currency = currency or settings.CURRENCY
    whole = cents % 10 ** get_currency_precision(currency) == 0
    return re.sub(r"\D00(?=\D*$)", "", money(cents, currency)) if whole else money(cents, currency)


@register.simple_tag
def price(cents: int, kind: str = "", currency: str = "") -> SafeString:
    """Return a price as shops print it, sign and decimals small; `value` keeps the exact cents."""
    sign, major, minor = re.match(r"(\D*)([\d,]+)(.*)", money(cents, currency)).groups()
    return format_html(
        '<data class="price {}" value="{}"><span class="sign">{}</span>{}<span class="minor">{}</span></data>',
        kind,
        cents,
        sign,
        major,
        minor,
    )


@register.filter
def rate(rate_bp: int) -> str:
    """Return a rate off as the reader's language says it: 2000 is "20%" in English and "8折" in Chinese."""
    if (get_language() or "").startswith("zh"):
        return f"{_plain(Decimal(10_000 - rate_bp) / 1000)}折"
    return f"{_plain(Decimal(rate_bp) / 100)}%"


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
