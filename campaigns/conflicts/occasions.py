"""Occasions: the moments and guests between which the offers that are open differ."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from campaigns.conflicts.guests import favoured_guests
from campaigns.conflicts.witness import runs
from campaigns.conflicts.world import Guest, World, basket
from pricing.engine.compiled import Compiled, compiled
from pricing.engine.facts import HeldCoupon
from pricing.engine.offer import Offer


class Occasion(NamedTuple):
    """One moment and one guest. `everything`: the offers that are open then, as bits in the order of the world; `open`:
    those of them that are looked at."""

    at: datetime
    guest: Guest
    everything: int
    open: int


class Calendar:
    """All occasions of a world on which its draft is open."""

    def __init__(self, world: World) -> None:
        self.offers: list[Compiled] = [compiled(offer) for offer in world.offers]
        self.bits = {offer.offer.id: 1 << place for place, offer in enumerate(self.offers)}
        self.settled = self._mask(offer for offer in self.offers if offer.is_settled)
        self.adding = self._mask(offer for offer in self.offers if offer.only_adds)
        self.occasions = self._occasions(world)
        self.met = 0
        for occasion in self.occasions:
            self.met |= occasion.open

    def never_open(self) -> list[Offer]:
        """Return the offers that no guest is offered in this period, so that nothing was tried with them."""
        return [offer.offer for offer in self.offers if not self.met & self.bits[offer.offer.id]]

    def open_at(self, occasion: Occasion) -> list[Offer]:
        """Return all offers that are open on an occasion, whatever they touch."""
        return [offer.offer for offer in self.offers if occasion.everything & self.bits[offer.offer.id]]

    def worth_trying(self, touching: int) -> list[Occasion]:
        """Return the occasions that can lead to the deepest price of goods that these offers touch.

        One more optional offer never makes a cart dearer, so of sets that hold each other the largest is enough. That
        is not so for offers that are settled before others are looked at, and for gifts, which a cheaper cart may lose.
        """
        found: dict[int, Occasion] = {}
        for occasion in self.occasions:
            found.setdefault(occasion.open & touching, occasion)
        if touching & self.adding:
            return [occasion._replace(open=mask) for mask, occasion in found.items()]
        return [
            occasion._replace(open=mask)
            for mask, occasion in found.items()
            if not any(self._holds(other, mask) for other in found)
        ]

    def _holds(self, larger: int, mask: int) -> bool:
        return larger != mask and larger & mask == mask and not (larger ^ mask) & self.settled

    def _mask(self, offers: Iterable[Compiled]) -> int:
        return sum([self.bits[offer.offer.id] for offer in offers])

    def _occasions(self, world: World) -> list[Occasion]:
        guests = favoured_guests(world.offers, world.aims, world.starts_at)
        coupons = {coupon.offer: coupon for coupon in world.facts.coupons}
        welcome = [(guest, self._mask(o for o in self.offers if _welcomes(o, guest, world))) for guest in guests]
        draft, found = self.bits[world.draft], {}
        for at in moments(world):
            running = self._mask(
                offer
                for offer in self.offers
                if runs(offer.offer.starts_at, offer.offer.ends_at, at) and _is_held(offer, coupons, at)
            )
            for guest, open_to in welcome:
                if running & open_to & draft:
                    found.setdefault(running & open_to, Occasion(at, guest, running & open_to, running & open_to))
        return list(found.values())


def moments(world: World) -> Sequence[datetime]:
    """Return the start of the draft and every moment of its period at which something starts or ends."""
    cuts = {world.starts_at}
    for offer in world.offers:
        cuts |= {cut for cut in (offer.starts_at, offer.ends_at) if cut}
    for coupon in world.facts.coupons:
        cuts |= {coupon.valid_from, coupon.valid_until}
    return sorted(cut for cut in cuts if world.starts_at <= cut < world.ends_at)


def _is_held(offer: Compiled, coupons: Mapping[str, HeldCoupon], at: datetime) -> bool:
    coupon = coupons.get(offer.offer.id)
    return not offer.needs_coupon or (coupon is not None and runs(coupon.valid_from, coupon.valid_until, at))


def _welcomes(offer: Compiled, guest: Guest, world: World) -> bool:
    empty = basket((), guest, world.starts_at, world.currency)
    return not any(rule.unmet_by_cart(empty) for rule in offer.of_cart)
