"""Figures and messages as a person reads and types them: money, rates, times, sentences in the reader's language."""

import re
from collections.abc import Callable, Iterable
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
from pricing.engine.messages import N_, Message
from pricing.engine.reasons import SENTENCES
from pricing.places import CHANNELS, TERMINALS

PLACE_NAMES = {"channels": CHANNELS, "terminals": TERMINALS}
NameOf = Callable[[str], str]
TimeText = Callable[[datetime], str]

# The engine has one sentence for any number of pieces; of one piece it is said like this.
OF_ONE_PIECE = {
    SENTENCES["below_pieces"]: N_("One more piece and it applies."),
    SENTENCES["below_both"]: N_("%(missing_cents)s and one piece more and it applies."),
    SENTENCES["below_set"]: N_("One more piece and the set is complete: %(missing_goods)s."),
    SENTENCES["other_pieces"]: N_("One piece of certain other goods is missing in the cart."),
}

# Shoppers in both languages read ¥; babel would write "CN¥" outside of China.
SHORT_SIGNS = {"CNY": "¥"}
# A comma groups thousands and nothing else: who types "59,90" does not mean 5990.
PLAIN_FIGURE = re.compile(r"([0-9]{1,20}|[0-9]{1,3}(,[0-9]{3}){1,6})(\.[0-9]{1,10})?|\.[0-9]{1,10}")
# What a Chinese keyboard writes while it is switched to full width.
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％￥", "0123456789.,%¥")
# A counted noun in an English sentence: of one it loses its "s". A verb after it would have to change as well.
COUNTED = re.compile(
    r"(?P<each>each of the )?%\((?P<count>\w+)\)s (?P<which>cheapest |dearest |more |)"
    r"(?P<noun>piece|time|gift|coupon)s\b(?! (?:are|were|have))"
)


def speaks_chinese() -> bool:
    """Whether the reader's language is Chinese, where rates are said as 折."""
    return (get_language() or "").startswith("zh")


def reader_locale() -> Locale:
    """Return babel's name for the reader's language."""
    return Locale("zh", script="Hans") if speaks_chinese() else Locale("en")


def currency_sign(currency: str = "") -> str:
    """Return the sign of a currency; none named means the site's."""
    currency = currency or settings.CURRENCY
    return SHORT_SIGNS.get(currency) or get_currency_symbol(currency, reader_locale())


def full_money_text(cents: int, currency: str = "") -> str:
    """Return an amount with all its decimals: ¥1,234.50. `cents` are minor units, whatever they are called."""
    currency, locale = currency or settings.CURRENCY, reader_locale()
    text = format_currency(Decimal(cents).scaleb(-get_currency_precision(currency)), currency, locale=locale)
    return text.replace(get_currency_symbol(currency, locale), currency_sign(currency), 1)


def money_text(cents: int, currency: str = "") -> str:
    """Return an amount for a sentence: ¥1,234.50; whole amounts without decimals: ¥20."""
    text, precision = full_money_text(cents, currency), get_currency_precision(currency or settings.CURRENCY)
    is_whole = precision > 0 and cents % 10**precision == 0
    return re.sub(rf"\D0{{{precision}}}(?=\D*$)", "", text) if is_whole else text


def list_text(names: Iterable[str]) -> str:
    """Return names as the reader's language lists them: "A, B", "A、B"."""
    return gettext(", ").join(names)


def clauses(parts: Iterable[str]) -> str:
    """Return parts of one sentence in a row: "A; B", "A；B"."""
    return gettext("; ").join(parts)


def plain_amount(cents: int) -> str:
    """Return an amount as it is typed: 1234.5 for 123450 cents."""
    return _plain(Decimal(cents).scaleb(-get_currency_precision(settings.CURRENCY)))


def cents_from(text: str) -> int:
    """Return the cents of a typed amount such as "12.50", "¥1,200" or "59元". Raises ValueError for anything else."""
    figure = narrowed(text).strip().removeprefix(currency_sign())
    if settings.CURRENCY == "CNY":
        figure = figure.removesuffix("元")
    return _whole(figure, scale=get_currency_precision(settings.CURRENCY))


def narrowed(text: str) -> str:
    """Return a typed figure with its full-width digits and signs as the plain ones."""
    return text.translate(FULL_WIDTH)


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


def odds_text(odds_ppm: int) -> str:
    """Return odds in parts per million as a percentage: 5000 is "0.5%", and 1 is "0.0001%"."""
    return f"{plain_odds(odds_ppm)}%"


def plain_odds(odds_ppm: int) -> str:
    """Return odds as they are typed in every language: 5000 is "0.5" (percent)."""
    return _plain(Decimal(odds_ppm) / 10_000)


def odds_ppm_from(text: str) -> int:
    """Return the parts per million of a typed percentage with up to four decimals. Raises ValueError."""
    return _whole(text.replace("%", "").replace("％", ""), scale=4)


def say(message: Message | Refusal, name_of: NameOf | None = None, time_text: TimeText | None = None) -> str:
    """Return a message of the engine or a refusal in the reader's language, with its figures formatted.

    `name_of` turns the id of an offer into its name; `time_text` writes times in another way than the site's full one.
    """
    is_one = message.figures.get("missing_pieces") == 1
    text = gettext(OF_ONE_PIECE.get(message.msgid, message.msgid) if is_one else message.msgid)
    text = COUNTED.sub(
        lambda counted: _of_one(counted) if message.figures.get(counted["count"]) == 1 else counted[0], text
    )
    figures = {name: _figure(name, value, time_text or full_time_text) for name, value in message.figures.items()}
    if name_of and "offer" in figures:
        figures["offer"] = name_of(str(figures["offer"]))
    return text % figures if figures else text


def _of_one(counted: re.Match[str]) -> str:
    return f"the {counted['which']}{counted['noun']}" if counted["each"] else counted[0].removesuffix("s")


def full_time_text(when: datetime) -> str:
    """Return a moment with its year, in the site's time zone."""
    return date_format(timezone.localtime(when), "DATETIME_FORMAT")


def _figure(name: str, value: Any, time_text: TimeText) -> Any:
    if name.endswith("_cents"):
        return money_text(int(value))
    if name.endswith("_bp"):
        return rate_text(int(value))
    if name.endswith("_at"):
        when = value if isinstance(value, datetime) else parse_datetime(str(value))
        return time_text(when) if when else value
    if name in PLACE_NAMES:
        called = PLACE_NAMES[name]
        return gettext(", ").join(str(called.get(code, code)) for code in str(value).split(", "))
    return value


def _whole(text: str, *, scale: int) -> int:
    """Return a non-negative decimal text times 10^scale, which must be a whole number."""
    text = narrowed(text).strip()
    if not PLAIN_FIGURE.fullmatch(text):
        raise ValueError(text)
    figure = Decimal(text.replace(",", "")).scaleb(scale)
    if figure != int(figure):
        raise ValueError(text)
    return int(figure)


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
