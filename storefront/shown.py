"""What a shopper saw at checkout, kept for an hour, only to say in words what has changed since.

The cache decides nothing: without it the refusal names the new total and no more.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from django.core.cache import cache
from redis.exceptions import RedisError

from pricing.engine.messages import N_, Message
from pricing.engine.quote import Quote
from pricing.models import Sku
from storefront.priced import Priced

logger = logging.getLogger(__name__)
KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Shown:
    """One quote in short: discounts by offer, [units, list cents of one unit] by SKU, units of each gift, amounts."""

    total_cents: int
    shipping_cents: int
    discounts: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    skus: dict[str, list[int]] = field(default_factory=dict)
    gifts: dict[str, int] = field(default_factory=dict)


def shown_in(priced: Priced) -> Shown:
    quote = priced.quote
    discounts: dict[str, int] = {}
    for applied in quote.applied:
        discounts[applied.offer] = discounts.get(applied.offer, 0) + applied.discount_cents
    return Shown(
        total_cents=quote.total_cents,
        shipping_cents=quote.shipping_cents,
        discounts=discounts,
        names={offer: priced.page.name_of(offer) for offer in discounts},
        skus={line.sku: [line.quantity, line.list_cents] for line in priced.cart.lines},
        gifts=_gifts_in(quote),
    )


def _gifts_in(quote: Quote) -> dict[str, int]:
    units: dict[str, int] = {}
    for gift in quote.gifts:
        units[gift.sku] = units.get(gift.sku, 0) + gift.quantity
    return units


def remember(priced: Priced) -> None:
    """Keep what is being shown under its fingerprint."""
    try:
        cache.set(_key(priced.quote.fingerprint), asdict(shown_in(priced)), KEPT_SECONDS)
    except RedisError:
        logger.warning("the cache is away: a changed price will be explained in fewer words")


def differences(*, agreed_fingerprint: str, priced: Priced) -> tuple[Message, ...]:
    """Say what is different between the quote agreed to and the present one, most telling first."""
    before, now = _recalled(agreed_fingerprint), shown_in(priced)
    if before is None:
        return (Message(N_("The amount due is %(total_cents)s now."), {"total_cents": now.total_cents}),)
    found = [*_of_skus(before, now, priced.short), *_of_discounts(before, now, priced), *_of_gifts(before, now)]
    if before.shipping_cents != now.shipping_cents:
        found.append(
            _changed(
                N_("Shipping: %(before_cents)s before, %(after_cents)s now."), before.shipping_cents, now.shipping_cents
            )
        )
    if before.total_cents != now.total_cents:
        found.append(
            _changed(
                N_("Amount due: %(before_cents)s before, %(after_cents)s now."), before.total_cents, now.total_cents
            )
        )
    return tuple(found) or (Message(N_("The discounts are split over the products in another way now.")),)


def what_is_left(left: int) -> Message:
    """Say of a product how many pieces are left."""
    text = N_("Only %(left)s pieces of %(product)s are left.") if left else N_("%(product)s is sold out.")
    return Message(text, {"left": left} if left else {})


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of SKUs, by code, in the language of the reader."""
    found = Sku.objects.filter(code__in=set(codes)).select_related("product")
    return {code: code for code in codes} | {sku.code: sku.local_name for sku in found}


def _of_skus(before: Shown, now: Shown, short: Mapping[str, int]) -> list[Message]:
    if before.skus == now.skus:
        return []
    codes = before.skus.keys() | now.skus.keys()
    names = names_of(codes)
    found = []
    for code in sorted(codes):
        old, new = before.skus.get(code), now.skus.get(code)
        product = {"product": names.get(code, code)}
        if new is None and code in short:
            said = what_is_left(short[code])
            found.append(Message(said.msgid, {**said.figures, **product}))
        elif old is None or new is None:
            gone = N_("%(product)s is no longer in the cart.") if new is None else N_("%(product)s is new in the cart.")
            found.append(Message(gone, product))
        elif old[1] != new[1]:
            found.append(
                _changed(N_("%(product)s: %(before_cents)s before, %(after_cents)s now."), old[1], new[1], **product)
            )
        elif old[0] != new[0]:
            found.append(
                Message(
                    N_("%(product)s: %(before)s pieces before, %(after)s now."),
                    {**product, "before": old[0], "after": new[0]},
                )
            )
    return found


def _of_discounts(before: Shown, now: Shown, priced: Priced) -> list[Message]:
    reasons = {no.offer: no.reason.message for no in priced.quote.not_applied}
    found = []
    for offer in sorted(before.discounts.keys() | now.discounts.keys()):
        old, new = before.discounts.get(offer), now.discounts.get(offer)
        name = {"offer": (before if new is None else now).names[offer]}
        if old is None:
            found.append(Message(N_("“%(offer)s” applies now."), name))
        elif new is None:
            found.append(_gone(name, reasons.get(offer)))
        elif old != new:
            found.append(
                _changed(N_("“%(offer)s” takes off %(after_cents)s now, %(before_cents)s before."), old, new, **name)
            )
    return found


def _of_gifts(before: Shown, now: Shown) -> list[Message]:
    changed = sorted(
        sku for sku in before.gifts.keys() | now.gifts.keys() if before.gifts.get(sku) != now.gifts.get(sku)
    )
    if not changed:
        return []
    names = {sku.code: sku.local_name for sku in Sku.objects.filter(code__in=changed).select_related("product")}
    return [
        Message(
            N_("Gift %(product)s: %(before)s pieces before, %(after)s now."),
            {"product": names.get(sku, sku), "before": before.gifts.get(sku, 0), "after": now.gifts.get(sku, 0)},
        )
        for sku in changed
    ]


def _gone(name: dict[str, str], reason: Message | None) -> Message:
    if reason is None:
        return Message(N_("“%(offer)s” does not apply any more."), name)
    return Message(N_("“%(offer)s” does not apply any more: %(reason)s"), {**name, "reason": reason})


def _changed(msgid: str, before_cents: int, after_cents: int, **figures: str) -> Message:
    return Message(msgid, {"before_cents": before_cents, "after_cents": after_cents, **figures})


def _recalled(fingerprint: str) -> Shown | None:
    try:
        found = cache.get(_key(fingerprint))
    except RedisError:
        return None
    return Shown(**found) if found else None


def _key(fingerprint: str) -> str:
    return f"shown:{fingerprint}"
