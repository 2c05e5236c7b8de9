"""The JSON form: everything that a price depends on in one document, and the quote that comes of it."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pricing.engine.book import compile_book
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.errors import WrongDocument
from pricing.engine.facts import Facts
from pricing.engine.messages import N_
from pricing.engine.offer import Offer
from pricing.engine.quote import NODE_BUDGET, Quote, price_cart
from pricing.engine.texts import shown
from pricing.engine.wire import read, written

FORMAT = "promo-cart/1"
MAX_NODE_BUDGET = 1_000_000
MOST_DIGITS = 20  # no amount, count or priority is longer; reading a number of a million digits would take its time


@dataclass(frozen=True, slots=True)
class CartDocument:
    """One cart with the offers, facts and choices that price it; the same document always gives the same quote."""

    cart: Cart
    offers: tuple[Offer, ...] = ()
    facts: Facts = field(default_factory=Facts)
    choices: Choices = field(default_factory=Choices)
    mode: Literal["best_price", "priority"] = "best_price"
    node_budget: int = NODE_BUDGET
    format: Literal["promo-cart/1"] = "promo-cart/1"

    def __post_init__(self) -> None:
        if not 0 <= self.node_budget <= MAX_NODE_BUDGET:
            raise WrongDocument(
                N_("Give a number from %(least)s to %(most)s."), field="node_budget", least=0, most=MAX_NODE_BUDGET
            )
        if len({offer.id for offer in self.offers}) < len(self.offers):
            raise WrongDocument(N_("Each offer needs an id of its own."), field="offers")


def parse_document(document: Any) -> CartDocument:
    """Return what a JSON document (already decoded) describes. Raises WrongDocument naming the field."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise WrongDocument(N_("The format %(format)s is needed."), field="format", format=FORMAT)
    return read(CartDocument, document, "")


def document_of(document: CartDocument) -> dict[str, Any]:
    """Return the document as JSON; parse_document reads it back to an equal value."""
    found: dict[str, Any] = written(document)
    return found


def quote_document(quote: Quote) -> dict[str, Any]:
    """Return the quote as JSON, with its fingerprint and the English sentence of every reason."""
    found: dict[str, Any] = written(quote)
    for row, refusal in zip(found["not_applied"], quote.not_applied, strict=True):
        row["message"] = str(refusal.reason.message)
    return {**found, "fingerprint": quote.fingerprint}


def price_document(document: CartDocument) -> Quote:
    """Price a document."""
    return price_cart(
        document.cart,
        compile_book(document.offers),
        document.facts,
        document.choices,
        mode=document.mode,
        node_budget=document.node_budget,
    )


def decode(text: str | bytes) -> Any:
    """Return decoded JSON, bytes being UTF-8. Refuses repeated names.

    Fractions, NaN and endless numbers become Decimals, which no field takes: so whoever reads them names the field.
    """
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=_whole, parse_float=Decimal, parse_constant=Decimal
        )
    except (ValueError, RecursionError):
        raise WrongDocument(N_("This is not JSON."), field="document") from None


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MOST_DIGITS else Decimal(digits)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise WrongDocument(N_("This name stands twice in one mapping."), field=shown(name))
        found[name] = value
    return found
