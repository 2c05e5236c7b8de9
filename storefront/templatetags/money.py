"""Amounts and rates in templates; pricing.wording writes them."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pricing.wording import full_money_text, money_text, odds_text, rate_text

register = template.Library()

money = register.filter("money", full_money_text)
short_money = register.filter("short_money", money_text)
rate = register.filter("rate", rate_text)
odds = register.filter("odds", odds_text)


@register.simple_tag
def price(cents: int, kind: str = "", currency: str = "") -> SafeString:
    """Return a price as shops print it, sign and decimals small; `value` keeps the exact cents."""
    sign, major, minor = re.match(r"(\D*)([\d,]+)(.*)", full_money_text(cents, currency)).groups()
    return format_html(
        '<data class="price {}" value="{}"><span class="sign">{}</span>{}<span class="minor">{}</span></data>',
        kind,
        cents,
        sign,
        major,
        minor,
    )
