"""A priced sample as staff see it: line by line, with and without the draft, and why everything else does not apply."""

from collections.abc import Iterable
from dataclasses import dataclass

from pricing.engine.messages import Message
from pricing.engine.quote import QuoteLine
from pricing.models import Sku
from storefront.priced import Priced
from storefront.sampling import Sample
from storefront.selectors.cart_view import GainView, gains_of
from storefront.selectors.gifts import GiftView, RewardView, gifts_of, rewards_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What one offer takes off, in cents."""

    name: str
    cents: int
    is_draft: bool
    is_coupon: bool


@dataclass(frozen=True, slots=True)
class SampleLine:
    """All units of one SKU: list price, what was taken off by whom, and the net with and without the draft."""

    sku: Sku
    quantity: int
    list_cents: int
    taken: tuple[Taken, ...]
    net_cents: int
    without_cents: int


@dataclass(frozen=True, slots=True)
class Refused:
    """An offer that touches the cart and does not apply."""

    name: str
    is_draft: bool
    is_coupon: bool
    reason: Message


@dataclass(frozen=True, slots=True)
class SampleView:
    """Amounts in cents. `touches`: whether the draft has anything to do with the cart."""

    lines: tuple[SampleLine, ...]
    shipping: tuple[Taken, ...]
    fees_cents: int
    list_cents: int
    total_cents: int
    without_cents: int
    refused: tuple[Refused, ...]
    gains: tuple[GainView, ...]
    gifts: tuple[GiftView, ...]
    rewards: tuple[RewardView, ...]
    touches: bool

    @property
    def saved_cents(self) -> int:
        """What the draft makes cheaper."""
        return self.without_cents - self.total_cents

    @property
    def raised_cents(self) -> int:
        """What the cart costs more, where the draft takes the place of something better."""
        return max(0, -self.saved_cents)


def sample_view(sample: Sample, priced: Priced, without: Priced, *, draft_offer: str) -> SampleView:
    """Return the view of a sample priced with the draft (its offer's id) and without it. One query for gifts."""
    quote = priced.quote
    return SampleView(
        lines=tuple(_lines(sample, priced, without, draft_offer)),
        shipping=tuple(_shipping(priced, draft_offer)),
        fees_cents=sum(fee.fee_cents for fee in quote.shipping),
        list_cents=quote.list_cents,
        total_cents=quote.total_cents,
        without_cents=without.quote.total_cents,
        refused=tuple(sorted(_refused(priced, draft_offer), key=lambda no: (not no.is_draft, no.is_coupon, no.name))),
        gains=gains_of(priced),
        gifts=gifts_of(priced),
        rewards=rewards_of(priced),
        touches=any(offer.id == draft_offer for offer in priced.page.book.touching(priced.cart)),
    )


def _lines(sample: Sample, priced: Priced, without: Priced, draft_offer: str) -> Iterable[SampleLine]:
    segments, before = _by_key(priced), _by_key(without)
    for sku, quantity in sample.units:
        own = segments[str(sku.pk)]
        yield SampleLine(
            sku=sku,
            quantity=quantity,
            list_cents=sku.list_cents * quantity,
            taken=_summed((share for segment in own for share in segment.shares), priced, draft_offer),
            net_cents=sum(segment.net_cents for segment in own),
            without_cents=sum(segment.net_cents for segment in before[str(sku.pk)]),
        )


def _by_key(priced: Priced) -> dict[str, list[QuoteLine]]:
    found: dict[str, list[QuoteLine]] = {}
    for line in priced.quote.lines:
        found.setdefault(line.parts[0][0], []).append(line)
    return found


def _shipping(priced: Priced, draft_offer: str) -> Iterable[Taken]:
    return _summed((share for fee in priced.quote.shipping for share in fee.shares), priced, draft_offer)


def _summed(shares: Iterable[object], priced: Priced, draft_offer: str) -> tuple[Taken, ...]:
    cents: dict[tuple[str, bool], int] = {}
    for share in shares:
        key = (share.offer, share.coupon is not None)
        cents[key] = cents.get(key, 0) + share.cents
    return tuple(
        Taken(priced.page.name_of(offer), amount, offer == draft_offer, is_coupon)
        for (offer, is_coupon), amount in cents.items()
        if amount
    )


def _refused(priced: Priced, draft_offer: str) -> Iterable[Refused]:
    for no in priced.quote.not_applied:
        name = priced.page.name_of(no.offer)
        yield Refused(name, no.offer == draft_offer, no.coupon is not None, no.reason.message)
