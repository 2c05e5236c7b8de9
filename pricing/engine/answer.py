"""The answer: what a cart costs and why. Money in cents; a line's figures are for all its units unless said."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pricing.engine.layers import Layer
from pricing.engine.reasons import Reason
from pricing.engine.records import record
from pricing.engine.scope import Scope


@record
class Share:
    """What one funder gives to one line through one offer. `coupon` is the voucher used, if any."""

    offer: str
    coupon: str | None
    layer: Layer
    funder: str
    cents: int


@record
class QuoteLine:
    """A merged line, or a segment of one where a limit splits it (`key` then ends in #1, #2 …).

    `list_cents` is for one unit, `net_cents` for all. `shares` are in order of computing and sum to list - net.
    `parts` tells which input lines the units belong to: (input line key, units).
    """

    key: str
    sku: str
    shop: str
    quantity: int
    list_cents: int
    net_cents: int
    shares: tuple[Share, ...]
    parts: tuple[tuple[str, int], ...]


@record
class ShippingLine:
    """The shipping fee of one shop before and after discounts."""

    shop: str
    fee_cents: int
    net_cents: int
    shares: tuple[Share, ...]


@record
class Gift:
    """Units added at 0. `value_cents` is the recorded value of all of them."""

    offer: str
    sku: str
    quantity: int
    value_cents: int


@record
class Reward:
    """A coupon template, by its code, that the shopper earns with this order once it is paid, and what it is worth."""

    offer: str
    template: str
    value_cents: int


@record
class Applied:
    """One offer that applied: its discount, and the keys of the lines that it took."""

    offer: str
    coupon: str | None
    layer: Layer
    discount_cents: int
    lines: tuple[str, ...]


@record
class NotApplied:
    """One offer that touches the cart and did not apply."""

    offer: str
    coupon: str | None
    reason: Reason


@record
class DroppedChoice:
    """A choice of the shopper that could not be honoured: a coupon, a pin (`line`, `offer`) or a `gift` of an offer."""

    line: str
    offer: str
    coupon: str
    reason: Reason
    gift: str = ""


@record
class Gain:
    """What is missing for more of an offer, and how much more it then gives (`gain_cents`) on top of `now_cents`.

    `missing_cents` and `missing_pieces` may both be asked for. `scope`: what is to be bought, where it is not what the
    offer takes but goods that a condition counts. `added_cents`: what the further gifts and rewards are worth. Offers
    that come after this one then see lower prices and may give less.
    """

    offer: str
    coupon: str | None
    missing_cents: int
    missing_pieces: int
    gain_cents: int
    now_cents: int
    added_cents: int = 0
    scope: Scope | None = None


class _Unwritten:
    """What of a quote is not written yet: its writer makes a field, and those that come with it, when it is read."""

    __slots__ = ("_writer",)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Called for what is not there: write it."""
            if name not in LATER:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            found = self._writer.write(name)
            for written, value in found.items():
                object.__setattr__(self, written, value)
            return found[name]


SHEET = frozenset({"lines", "shipping", "gifts", "rewards", "coupons", "applied"})
REASONS = frozenset({"not_applied", "nearest_gains"})
LATER = SHEET | REASONS  # what a writer writes


@dataclass(frozen=True, slots=True)
class Quote(_Unwritten):
    """The price of a cart and its whole explanation.

    The larger part of it is written only when it is read (writing.py).
    `total_cents` = net of all lines + `shipping_cents`; `discount_cents` is what the goods lost. `coupons`: ids of
    the vouchers used. `optimal`: proved the best; else at most `bound_cents` more could be saved.
    """

    lines: tuple[QuoteLine, ...]
    shipping: tuple[ShippingLine, ...]
    gifts: tuple[Gift, ...]
    rewards: tuple[Reward, ...]
    coupons: tuple[str, ...]
    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]
    dropped_choices: tuple[DroppedChoice, ...]
    nearest_gains: tuple[Gain, ...]
    list_cents: int
    discount_cents: int
    shipping_cents: int
    total_cents: int
    optimal: bool
    bound_cents: int
    currency: str = "CNY"

    @classmethod
    def to_be_written(cls, writer: Any, **figures: Any) -> "Quote":
        """Return the quote with these fields; the others (LATER) are what `writer.write(name)` returns."""
        quote = object.__new__(cls)
        for name, value in figures.items():
            object.__setattr__(quote, name, value)
        object.__setattr__(quote, "_writer", writer)
        return quote

    @property
    def fingerprint(self) -> str:
        """A stable hash of what the shopper agrees to: lines, shares, gifts, rewards, coupons, shipping, total."""
        agreed = [
            [[line.key, line.quantity, line.list_cents, line.net_cents, _rows(line.shares)] for line in self.lines],
            [[line.shop, line.fee_cents, line.net_cents, _rows(line.shares)] for line in self.shipping],
            [[gift.offer, gift.sku, gift.quantity, gift.value_cents] for gift in self.gifts]
            + [[reward.offer, reward.template, reward.value_cents] for reward in self.rewards],
            list(self.coupons),
            self.total_cents,
            self.currency,
        ]
        text = json.dumps(agreed, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _rows(shares: tuple[Share, ...]) -> list[list[str | int | None]]:
    return [[share.offer, share.coupon, share.layer.value, share.funder, share.cents] for share in shares]
