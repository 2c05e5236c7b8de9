"""A quote explained to staff, line by line, with why not for everything that does not apply."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.models import MemberLevel
from pricing.engine.document import CartDocument
from pricing.engine.quote import Quote
from pricing.models import Shop, Sku
from pricing.wording import money_text, say

NameOf = Callable[[str], str]


def explained(document: CartDocument, quote: Quote, name_of: NameOf) -> dict[str, Any]:
    """Return what the page about a quote shows. Two queries; three where a member level is asked for."""
    codes = {line.sku for line in quote.lines} | {gift.sku for gift in quote.gifts}
    names = {sku.code: str(sku) for sku in Sku.objects.filter(code__in=codes).select_related("product")}
    shops = {shop.code: shop.local_name for shop in Shop.objects.filter(code__in=[fee.shop for fee in quote.shipping])}
    return {
        "lines": [_line(line, names, name_of) for line in quote.lines],
        "fees": [_fee(fee, shops, name_of) for fee in quote.shipping if fee.fee_cents],
        "gifts": [f"{gift.quantity} × {names.get(gift.sku, gift.sku)} ({name_of(gift.offer)})" for gift in quote.gifts],
        "rewards": [f"{name_of(reward.offer)}: {money_text(reward.value_cents)}" for reward in quote.rewards],
        "total": money_text(quote.total_cents),
        "refused": [(name_of(row.offer), say(row.reason.message, name_of)) for row in quote.not_applied],
        "who": _who(document),
        "moment": date_format(timezone.localtime(document.cart.at), "Y-m-d H:i:s"),
    }


def _line(line: Any, names: dict[str, str], name_of: NameOf) -> dict[str, Any]:
    return {
        "name": names.get(line.sku, line.sku),
        "quantity": line.quantity,
        "list": money_text(line.list_cents * line.quantity),
        "net": money_text(line.net_cents),
        "steps": _steps(line.shares, name_of),
    }


def _fee(fee: Any, shops: dict[str, str], name_of: NameOf) -> dict[str, Any]:
    amounts = {"list": money_text(fee.fee_cents), "net": money_text(fee.net_cents)}
    return {"name": shops.get(fee.shop, fee.shop), **amounts, "steps": _steps(fee.shares, name_of)}


def _steps(shares: Iterable[Any], name_of: NameOf) -> list[tuple[str, str]]:
    """Return what each offer takes off, all its funders together, in order of computing."""
    cents: dict[str, int] = {}
    for share in shares:
        cents[share.offer] = cents.get(share.offer, 0) + share.cents
    return [(name_of(offer), f"−{money_text(off)}") for offer, off in cents.items()]


def _level_name(code: str) -> str:
    level = MemberLevel.objects.filter(code=code).first()
    return level.local_name if level else code


def _who(document: CartDocument) -> list[str]:
    """Say who would buy like this, as far as offers ask."""
    cart, shopper = document.cart, document.cart.shopper
    told = [
        shopper.level and _("level %(level)s") % {"level": _level_name(shopper.level)},
        shopper.tags and _("tags %(tags)s") % {"tags": ", ".join(sorted(shopper.tags))},
        shopper.orders_placed == 0 and _("first order"),
        shopper.orders_placed and _("order number %(number)s") % {"number": shopper.orders_placed + 1},
        cart.channel != "web" and _("channel %(channel)s") % {"channel": cart.channel},
        cart.terminal and _("terminal %(terminal)s") % {"terminal": cart.terminal},
        cart.region and _("region %(region)s") % {"region": cart.region},
    ]
    return [str(text) for text in told if text]
