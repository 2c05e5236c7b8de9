"""Choices: what the shopper decided. A choice that cannot be honoured is dropped, with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choices:
    """The shopper's own decisions.

    `coupons` None: the engine picks the best; a set: exactly these. `pinned`: input line key -> the offer that shall
    take the line. `barred`: (input line key, offer) pairs that shall not meet. `gifts`: the (offer, SKU) pairs picked
    where an offer lets the shopper choose; whether it applies is not changed by that.
    """

    coupons: frozenset[str] | None = None
    refused_coupons: frozenset[str] = frozenset()
    pinned: Mapping[str, str] = field(default_factory=dict)
    barred: frozenset[tuple[str, str]] = frozenset()
    gifts: frozenset[tuple[str, str]] = frozenset()
