"""What a claim button says beside itself: what the coupon is good for, whom it is for, and what became of the claim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from campaigns.models import Customer
from campaigns.rule_words import names_told
from coupons.models import Coupon, CouponTemplateRevision
from coupons.selectors.claimable import Claimable
from coupons.selectors.drawers import drawer_of, nearest_to_use
from storefront.coupon_words import good_for, scopes_at
from storefront.wording import claim_audience


@dataclass(frozen=True, slots=True)
class TicketWords:
    """`who`: whom it is for, nothing for everybody. `coupon`: the one that the shopper has of it, once claimed, and
    its `drawer` in the wallet."""

    goods: str
    rules: tuple[str, ...]
    who: tuple[str, ...]
    coupon: Coupon | None = None
    drawer: str = ""

    @property
    def is_past(self) -> bool:
        """Whether it was claimed and the coupon cannot be used any more."""
        return self.drawer in ("used", "expired", "recalled")


def tickets_in_words(tickets: Iterable[Claimable], *, customer: Customer | None, at: datetime) -> dict[str, Any]:
    """Return what a page with tickets shows: `tickets` and, by claim campaign, `abouts`. Six queries at most."""
    shown = list(tickets)
    if not shown:
        return {"tickets": [], "abouts": {}}
    terms = [_with_shop(ticket) for ticket in shown]
    prefetch_related_objects(terms, scopes_at("scopes"))
    names = names_told([*terms, *(ticket.revision for ticket in shown)])
    words, held = good_for(terms, names), _held(shown, customer, at)
    abouts = {}
    for ticket in shown:
        told, who = words[ticket.template_revision.pk], tuple(claim_audience(ticket, names))
        coupon = held.get(ticket.claim_campaign.template_id)
        drawer = drawer_of(coupon, at=at) if coupon else ""
        rules = tuple(rule for rule in told.rules if rule not in who)
        abouts[ticket.claim_campaign.pk] = TicketWords(told.goods, rules, who, coupon, drawer)
    return {"tickets": shown, "abouts": abouts}


def ticket_in_words(ticket: Claimable, *, customer: Customer | None, at: datetime) -> dict[str, Any]:
    """Return the same for a page with one ticket."""
    return {"ticket": ticket, "abouts": tickets_in_words([ticket], customer=customer, at=at)["abouts"]}


def _with_shop(ticket: Claimable) -> CouponTemplateRevision:
    """Return the coupon's terms, with the template whose shop is there already."""
    ticket.template_revision.template = ticket.claim_campaign.template
    return ticket.template_revision


def _held(tickets: Sequence[Claimable], customer: Customer | None, at: datetime) -> dict[int, Coupon]:
    """Return, by template, the coupon that somebody has of what they can claim no more. One query, or none."""
    templates = [ticket.claim_campaign.template_id for ticket in tickets if ticket.status == "claimed"]
    if customer is None or not templates:
        return {}
    return {coupon.template_id: coupon for coupon in nearest_to_use(templates, customer=customer, at=at)}
