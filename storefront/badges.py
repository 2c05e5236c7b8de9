"""Badges: the campaigns that a SKU's tag names, running or announced."""

from datetime import datetime
from functools import cached_property

from campaigns.lifecycle import Phase
from campaigns.rule_words import asked, goods_names
from pricing.engine.cart import CartLine
from pricing.engine.facts import ANY_SKU, Facts
from pricing.engine.layers import PLATFORM
from pricing.engine.offer import Offer
from storefront.priced import Badge, BookPage


class Badges:
    """The badges of one page view; each is made once, however many SKUs carry it."""

    def __init__(self, page: BookPage, facts: Facts, at: datetime) -> None:
        self.page, self.facts, self.at = page, facts, at
        self._made: dict[str, Badge | None] = {}

    @cached_property
    def _goods(self) -> dict[str, str]:
        """How the goods are called that campaigns name in sets; one query, or none, for all badges."""
        offers = self.page.book.offers.values()
        return goods_names(offer.benefit for offer in offers if offer.id in self.page.campaigns)

    def on(self, line: CartLine) -> tuple[tuple[Badge, ...], tuple[Badge, ...]]:
        """Return the badges of a SKU: running ones, most important first; then upcoming ones, nearest start first."""
        found = [badge for offer in self._offers_on(line) if (badge := self._badge(offer, line))]
        running = [badge for badge in found if badge.phase == Phase.RUNNING]
        upcoming = [badge for badge in found if badge.phase == Phase.WARM_UP]
        return tuple(running), tuple(sorted(upcoming, key=lambda badge: badge.starts_at))

    def _offers_on(self, line: CartLine) -> list[Offer]:
        """Campaigns whose scope holds the line, most important first."""
        if not line.discountable:
            return []
        own = [
            offer
            for offer in self.page.book.touching_lines((line,))
            if offer.id in self.page.campaigns and offer.owner in (PLATFORM, line.shop) and offer.scope.meets(line)
        ]
        return sorted(own, key=lambda offer: (-offer.priority, offer.id))

    def _badge(self, offer: Offer, line: CartLine) -> Badge | None:
        if offer.id not in self._made:
            self._made[offer.id] = self._make(offer)
        badge = self._made[offer.id]
        gone = badge is not None and badge.phase == Phase.RUNNING and self._used_up(offer, line)
        return None if gone else badge

    def _make(self, offer: Offer) -> Badge | None:
        revision = self.page.campaigns[offer.id]
        if offer.paused or self.at >= revision.ends_at:
            return None
        if self.at < revision.starts_at:
            announced = revision.warm_up_at is not None and self.at >= revision.warm_up_at
            phase = Phase.WARM_UP if announced else None
        else:
            phase = Phase.RUNNING
        return phase and Badge(
            campaign_id=revision.campaign_id,
            text=revision.local_badge or revision.local_name,
            name=revision.local_name,
            layer=offer.layer.value,
            phase=phase.value,
            starts_at=revision.starts_at,
            ends_at=revision.ends_at,
            rule=asked(offer.benefit, goods=self._goods),
        )

    def _used_up(self, offer: Offer, line: CartLine) -> bool:
        """Sold out for this SKU, or as much as this shopper may have: the badge goes when the price goes."""
        facts = self.facts
        uses = facts.uses_left.get(offer.id, 0)
        if offer.limited_uses and min(uses, facts.sku_uses_left.get((offer.id, line.sku), uses)) <= 0:
            return True
        if offer.budgeted and facts.budget_left_cents.get(offer.id, 0) <= 0:
            return True
        over_all = facts.units_left.get((offer.id, ANY_SKU), 0)
        return offer.limited_units and min(over_all, facts.units_left.get((offer.id, line.sku), over_all)) <= 0
