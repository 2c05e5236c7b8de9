"""Witnesses: carts that show a price, as documents that `python -m pricing.engine` prices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.conflicts.world import Guest, Units, World, basket
from pricing.engine.book import Book
from pricing.engine.cart import ANY_SKU, Cart
from pricing.engine.choices import Choices
from pricing.engine.document import CartDocument
from pricing.engine.facts import Facts
from pricing.engine.keeping import kept_document
from pricing.engine.offer import Offer


@dataclass(frozen=True, slots=True)
class Witness:
    """The cart that shows a price: who buys which units when, and which gifts are picked."""

    at: datetime
    guest: Guest
    units: Units
    choices: Choices


def document_of(witness: Witness, world: World, book: Book) -> CartDocument:
    """Return the document of a witness: its cart with the offers that touch it and run then, and their facts."""
    cart = basket(witness.units, witness.guest, witness.at, world.currency)
    running = [offer for offer in book.touching(cart) if runs(offer.starts_at, offer.ends_at, witness.at)]
    told = CartDocument(cart, tuple(running), _facts_about(world.facts, running, cart), witness.choices)
    return kept_document(told)


def runs(starts_at: datetime | None, ends_at: datetime | None, at: datetime) -> bool:
    """Whether a moment lies in a period; an end that is not set never comes."""
    return (starts_at is None or starts_at <= at) and (ends_at is None or at < ends_at)


def _facts_about(facts: Facts, offers: Iterable[Offer], cart: Cart) -> Facts:
    """Return the facts without the counts of other SKUs, of which there may be a hundred thousand."""
    skus = [*[line.sku for line in cart.lines], ANY_SKU]
    keys = [(offer.id, sku) for offer in offers for sku in skus]
    return replace(
        facts,
        units_left={key: facts.units_left[key] for key in keys if key in facts.units_left},
        sku_uses_left={key: facts.sku_uses_left[key] for key in keys if key in facts.sku_uses_left},
    )
