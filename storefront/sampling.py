"""A sample cart priced with a draft as if it were approved: the same engine, the same book, nothing written.

The draft's offer takes the place of what its campaign has in force; everything else is as at the moment of asking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.models import CampaignRevision, Customer
from campaigns.selectors.audience import person_of
from coupons.selectors.wallet import held_coupons
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.models import Sku
from storefront.as_if import facts_with, page_with
from storefront.audiences import told_audiences
from storefront.book_pages import current_book
from storefront.facts import facts_for
from storefront.priced import BookPage, Priced
from storefront.sharing_gifts import price_with_gifts
from storefront.wanted import Wanted

BEST = Choices()


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody buys, in the words that conditions use."""

    channel: str = "web"
    terminal: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Who wants how many of what, where and when; the customer may be a stand-in. `tags` are added to their own."""

    units: Sequence[tuple[Sku, int]]
    customer: Customer | None
    at: datetime
    place: Place = Place()
    tags: frozenset[str] = frozenset()

    @property
    def cart(self) -> Cart:
        cart = Wanted(units=self.units, customer=self.customer, at=self.at, region=self.place.region).cart
        return replace(cart, channel=self.place.channel, terminal=self.place.terminal)


def price_sample(sample: Sample, *, draft: CampaignRevision | None, now: datetime) -> Priced:
    """Price a sample at its moment, `now` or later. A constant number of queries.

    Raises WrongParams, naming the field, for a draft whose rule is not whole.
    """
    cart = sample.cart
    # Compiled as of now: a page made for a later moment would lack what ends before it, for everybody.
    page = current_book(at=now)
    if draft is not None:
        page = page_with(page, draft, page.book.touching(cart))
    cart = _told(page, cart, sample)
    coupons = held_coupons(customer=sample.customer, at=sample.at)
    facts = facts_for(page, lines=cart.lines, customer=sample.customer, coupons=coupons, at=sample.at)
    if draft is not None:
        codes = [line.sku for line in cart.lines]
        facts = facts_with(facts, draft, skus=codes, customer=sample.customer, at=sample.at)
    facts, quote = price_with_gifts(cart, page, facts, BEST)
    return Priced(cart, page, facts, BEST, quote)


def _told(page: BookPage, cart: Cart, sample: Sample) -> Cart:
    """Return the cart whose shopper knows their audiences and tags, those given for the sample included."""
    told = told_audiences(page, cart, sample.customer)
    if not sample.tags or sample.customer is None:
        return told
    aims = {name: aim for name, aim in page.aims.items() if not aim.frozen_key}
    asks = frozenset[str]().union(*(aim.asks for aim in aims.values()))
    person = person_of(sample.customer, asks=asks, at=sample.at)
    tagged = replace(person, tags=person.tags | sample.tags)
    live = {name for name, aim in aims.items() if aim.holds(tagged, frozenset())}
    audiences = frozenset(live | {name for name in told.shopper.audiences if name not in aims})
    return replace(told, shopper=replace(told.shopper, audiences=audiences, tags=told.shopper.tags | sample.tags))
