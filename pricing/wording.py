"""Figures and messages as a person reads and types them: money, rates, times, sentences in the reader's language."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from pricing.engine.errors import Refusal
from pricing.engine.messages import Message

# Shoppers in both languages read ¥; babel would write "CN¥" outside of China.
SHORT_SIGNS = {"CNY": "¥"}
PLAIN_FIGURE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,10})?|\.[0-9]{1,10}")


def speaks_chinese() -> bool:
    """Whether the reader's language is Chinese, where rates are said as 折."""
    return (get_language() or "").startswith("zh")


def currency_sign() -> str:
    """Return the sign of the site's currency."""
    locale = Locale("zh", script="Hans") if speaks_chinese() else Locale("en")
    return SHORT_SIGNS.get(settings.CURRENCY) or get_currency_symbol(settings.CURRENCY, locale)


def money_text(cents: int) -> str:
    """Return an amount for a person: ¥1,234.50; whole amounts without decimals: ¥20."""
    locale = Locale("zh", script="Hans") if speaks_chinese() else Locale("en")
    precision = get_currency_precision(settings.CURRENCY)
    text = format_currency(Decimal(cents).scaleb(-precision), settings.CURRENCY, locale=locale)
    text = text.replace(get_currency_symbol(settings.CURRENCY, locale), currency_sign(), 1)
    return re.sub(r"\D00(?=\D*$)", "", text) if cents % 10**precision == 0 else text


def plain_amount(cents: int) -> str:
    """Return an amount as it is typed: 1234.5 for 123450 cents."""
    return _plain(Decimal(cents).scaleb(-get_currency_precision(settings.CURRENCY)))


def cents_from(text: str) -> int:
    """Return the cents of a typed amount such as "12.50" or "¥1,200". Raises ValueError for anything else."""
    return _whole(text.replace(currency_sign(), ""), scale=get_currency_precision(settings.CURRENCY))


def rate_text(rate_bp: int) -> str:
    """Return a rate off for a person: 2000 is "20%" in English and "8折" in Chinese."""
    return f"{plain_rate(rate_bp)}{'折' if speaks_chinese() else '%'}"


def plain_rate(rate_bp: int) -> str:
    """Return a rate off as it is typed: 2000 is "20" in English (percent off) and "8" in Chinese (折)."""
    return _plain(Decimal(10_000 - rate_bp) / 1000) if speaks_chinese() else plain_percent(rate_bp)


def rate_bp_from(text: str) -> int:
    """Return the basis points off of a typed rate, "20" in English, "8" in Chinese. Raises ValueError."""
    return 10_000 - _whole(text.replace("折", ""), scale=3) if speaks_chinese() else bp_from_percent(text)


def plain_percent(share_bp: int) -> str:
    """Return a share as it is typed in every language: 6000 is "60"."""
    return _plain(Decimal(share_bp) / 100)


def bp_from_percent(text: str) -> int:
    """Return the basis points of a typed percentage. Raises ValueError."""
    return _whole(text.replace("%", ""), scale=2)


def say(message: Message | Refusal) -> str:
    """Return a message of the engine or a refusal in the reader's language, with its figures formatted."""
    text = gettext(message.msgid)
    figures = {name: _figure(name, value) for name, value in message.figures.items()}
    return text % figures if figures else text


def _figure(name: str, value: Any) -> Any:
    if name.endswith("_cents"):
        return money_text(int(value))
    if name.endswith("_bp"):
        return rate_text(int(value))
    if name.endswith("_at"):
        when = value if isinstance(value, datetime) else parse_datetime(str(value))
        return date_format(timezone.localtime(when), "DATETIME_FORMAT") if when else value
    return value


def _whole(text: str, *, scale: int) -> int:
    """Return a non-negative decimal text times 10^scale, which must be a whole number."""
    text = text.strip().replace(",", "").replace("，", "")
    if not PLAIN_FIGURE.fullmatch(text):
        raise ValueError(text)
    figure = Decimal(text).scaleb(scale)
    if figure != int(figure):
        raise ValueError(text)
    return int(figure)


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
