"""replay(): every imported order of a period, priced as if the campaigns had run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from pricing.engine.book import Book, compile_book
from pricing.engine.money import WHOLE_BP, portion
from pricing.engine.offer import Offer
from pricing.engine.quote import price_cart
from promo_site.replaying.carts import PastOrder, past_orders
from promo_site.replaying.promises import broken_promises

MOST_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Replayed:
    """One order before and after. Money in cents; `by_offer` holds the discount of each campaign that applied."""

    number: str
    placed_at: datetime
    lines: int
    before_cents: int
    discount_cents: int
    by_offer: dict[str, int]
    optimal: bool
    broken: tuple[str, ...]

    @property
    def after_cents(self) -> int:
        return self.before_cents - self.discount_cents


@dataclass(slots=True)
class Totals:
    """Sums over all orders seen so far."""

    orders: int = 0
    touched: int = 0
    before_cents: int = 0
    discount_cents: int = 0
    touched_before_cents: int = 0
    not_proved: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)
    by_offer: Counter[str] = field(default_factory=Counter)
    orders_by_offer: Counter[str] = field(default_factory=Counter)

    @property
    def after_cents(self) -> int:
        return self.before_cents - self.discount_cents

    @property
    def discount_bp(self) -> int:
        """The discount as a part of the value before, in basis points."""
        return portion(self.discount_cents, WHOLE_BP, of_bp=self.before_cents) if self.before_cents else 0

    def add(self, one: Replayed) -> None:
        self.orders += 1
        self.before_cents += one.before_cents
        self.discount_cents += one.discount_cents
        self.not_proved += not one.optimal
        if one.by_offer:
            self.touched += 1
            self.touched_before_cents += one.before_cents
        for offer, cents in one.by_offer.items():
            self.by_offer[offer] += cents
            self.orders_by_offer[offer] += 1
        if one.broken:
            self.broken += 1
            self.examples.extend(f"{one.number}: {said}" for said in one.broken)
            del self.examples[MOST_EXAMPLES:]


def replay(offers: Sequence[Offer], *, since: datetime, until: datetime) -> Iterator[Replayed]:
    """Price each imported order of [since, until), in the order of time, and check the answer. Constant memory."""
    book = compile_book(offers)
    for order in past_orders(since=since, until=until):
        yield _replayed(order, book)


def _replayed(order: PastOrder, book: Book) -> Replayed:
    quote = price_cart(order.cart, book, mode=settings.PRICING_MODE)
    by_offer: Counter[str] = Counter()
    for applied in quote.applied:
        by_offer[applied.offer] += applied.discount_cents
    return Replayed(
        number=order.number,
        placed_at=order.placed_at,
        lines=len(order.cart.lines),
        before_cents=quote.list_cents,
        discount_cents=quote.discount_cents,
        by_offer=dict(by_offer),
        optimal=quote.optimal,
        broken=tuple(broken_promises(order.cart, quote, book.offers)),
    )
