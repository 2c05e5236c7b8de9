"""The places where a claim campaign hands out coupons, and what holds at each: pure reading of a revision.

A place is a position of the shop ("home"), a partner channel ("partner:wechat"), or "link" for a private campaign.
Stored beside the positions as {"home": {"cost_cents": 5, "units": 100}, "home_popup": {"every_hours": 24}, …}; a
position without an entry costs nothing and has no number of its own, a partner channel always has one.
"""

from dataclasses import dataclass
from typing import Any

PARTNER = "partner"
LINK = "link"
USUAL_HOURS = 24


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """`cost_cents` of one claim here; `units` that may be claimed here, None = as many as there are; a pop-up comes at
    most once per `every_hours` to one customer."""

    cost_cents: int = 0
    units: int | None = None
    every_hours: int = USUAL_HOURS


def partner_place(code: str) -> str:
    return f"{PARTNER}:{code}"


def partner_of(place: str) -> str | None:
    """Return the code of the partner channel that a place is, None for other places."""
    kind, _colon, code = place.partition(":")
    return code if kind == PARTNER and code else None


def places_of(revision: Any) -> list[str]:
    """Return all places of a revision, partner channels one by one."""
    if revision.by_link:
        return [LINK]
    partners = [place for place in revision.place_rules if partner_of(place)]
    return [*(position for position in revision.positions if position != PARTNER), *sorted(partners)]


def rule_at(revision: Any, place: str) -> PlaceRule | None:
    """Return what holds at a place, None where the coupon cannot be claimed there."""
    if place not in places_of(revision):
        return None
    return PlaceRule(**revision.place_rules.get(place, {}))
