"""The most favoured customers: guests made up so that as many offers as can be are open to one person."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Any

from campaigns.audience.conditions import Condition as Trait
from campaigns.audience.person import Person
from campaigns.audience.tree import all_conditions
from campaigns.conflicts.world import Guest
from campaigns.selectors.audience import Aim
from pricing.engine.cart import Shopper
from pricing.engine.offer import Offer

MOST_GUESTS = 2_000
FAVOURITE = "most-favoured"
A_LONG_TIME = timedelta(days=3_650)
OLD, FRESH = "old", "fresh"

# What to try of a guest, and what is tried where nobody asks for it.
UNASKED: Mapping[str, frozenset[Any]] = {
    "level": frozenset({""}),
    "orders_placed": frozenset({0}),
    "channel": frozenset({"web"}),
    "terminal": frozenset({""}),
    "region": frozenset({""}),
    "tags": frozenset({frozenset()}),
    "lists": frozenset({frozenset()}),
    "bought_at": frozenset({frozenset()}),
    "registered": frozenset({OLD}),
}


def favoured_guests(offers: Iterable[Offer], aims: Mapping[str, Aim], at: datetime) -> list[Guest]:
    """Return a guest for each combination of what the offers ask for, 2,000 at most.

    `aims`: whom offers are for, by their ids. Nobody is of two levels or places the first and the third order at once;
    but all tags and lists that are named can be one person's. Whoever was in an audience when it was frozen is tried.
    """
    tried = dict(UNASKED)
    for name, values in _asked(offers, aims):
        tried[name] = (tried[name] if tried[name] is not UNASKED[name] else frozenset()) | values
    for name in ("tags", "lists", "bought_at"):
        everything = frozenset().union(*tried[name])
        tried[name] = frozenset({everything, frozenset()})
    return list(islice(_combined(tried, aims, at), MOST_GUESTS))


def _asked(offers: Iterable[Offer], aims: Mapping[str, Aim]) -> Iterator[tuple[str, frozenset[Any]]]:
    """Yield which values of what somebody asks for."""
    for rule in (rule for offer in offers for rule in offer.conditions):
        if rule.CODE == "member_level":
            yield "level", rule.levels
        elif rule.CODE == "nth_order":
            yield "orders_placed", frozenset({rule.order_number - 1})
        elif rule.CODE == "ordered_before":
            yield "orders_placed", frozenset({9})
        elif rule.CODE == "shopper_tag":
            yield "tags", frozenset({rule.tags})
        elif rule.CODE in ("channel", "terminal", "region"):
            yield rule.CODE, getattr(rule, f"{rule.CODE}s")
    for aim in aims.values():
        for trait in [*all_conditions(aim.tree), *([aim.new] if aim.new else [])]:
            yield from _of_trait(trait)


def _of_trait(trait: Trait) -> Iterator[tuple[str, frozenset[Any]]]:
    if trait.CODE == "level":
        yield "level", trait.levels | {""}
    elif trait.CODE == "region":
        yield "region", trait.regions | {""}
    elif trait.CODE == "tag":
        yield "tags", frozenset({trait.tags})
    elif trait.CODE == "list":
        yield "lists", frozenset({frozenset({trait.number})})
    elif trait.CODE == "nth_order":
        yield "orders_placed", frozenset({trait.number - 1, 9})
    elif trait.CODE == "new":
        yield "orders_placed", frozenset({0, 9})
        yield "bought_at", frozenset({frozenset({trait.shop or "somewhere"})})
    elif trait.CODE == "registered":
        yield "registered", frozenset({OLD, FRESH})


def _combined(tried: Mapping[str, frozenset[Any]], aims: Mapping[str, Aim], at: datetime) -> Iterator[Guest]:
    names = list(tried)
    for values in product(*(sorted(tried[name], key=repr) for name in names)):
        one = dict(zip(names, values, strict=True))
        if one["bought_at"] and not one["orders_placed"]:
            continue
        shopper = Shopper(
            id=FAVOURITE,
            level=one["level"] or None,
            tags=one["tags"],
            orders_placed=one["orders_placed"],
            phone_verified=True,
            audiences=_audiences(one, aims, at),
        )
        yield Guest(shopper, channel=one["channel"], terminal=one["terminal"], region=one["region"])


def _audiences(one: Mapping[str, Any], aims: Mapping[str, Aim], at: datetime) -> frozenset[str]:
    if not aims:
        return frozenset()
    person = Person(
        at=at,
        level=one["level"],
        region=one["region"],
        orders_placed=one["orders_placed"],
        registered_at=at - A_LONG_TIME if one["registered"] == OLD else at,
        phone_verified=True,
        tags=one["tags"],
        lists=one["lists"],
        bought_at=one["bought_at"],
    )
    frozen = frozenset(aim.frozen_key for aim in aims.values())
    return frozenset(name for name, aim in aims.items() if aim.holds(person, frozen))
