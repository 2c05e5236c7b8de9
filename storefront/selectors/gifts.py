"""Gifts and earned coupons of a priced cart, as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.models import CampaignRevision
from pricing.engine.benefits.gift import GiftWithPurchase
from pricing.engine.messages import Message
from pricing.engine.presents import Present
from pricing.engine.rules import Benefit
from pricing.models import Sku
from storefront.priced import Priced


@dataclass(frozen=True, slots=True)
class GiftView:
    """Units of a SKU at nothing; `value_cents` is what all of them are worth."""

    name: str
    campaign_id: int | None
    sku: Sku
    quantity: int
    value_cents: int


@dataclass(frozen=True, slots=True)
class GiftOption:
    """One gift that may be chosen; of those that are not there no more is left."""

    sku: Sku
    quantity: int
    is_given: bool
    is_there: bool


@dataclass(frozen=True, slots=True)
class GiftChoice:
    """A promotion that lets the shopper choose `choose` of its gifts; `trouble`: why a pick was not followed."""

    campaign_id: int
    name: str
    choose: int
    options: tuple[GiftOption, ...]
    trouble: Message | None


@dataclass(frozen=True, slots=True)
class RewardView:
    """A coupon that the order earns once it is paid."""

    name: str
    campaign_id: int | None


def gifts_of(priced: Priced) -> tuple[GiftView, ...]:
    """Return the gifts that the cart gets. One query, none without gifts."""
    skus = _skus(gift.sku for gift in priced.quote.gifts)
    return tuple(
        GiftView(
            name=priced.page.name_of(gift.offer),
            campaign_id=priced.page.campaign_id_of(gift.offer),
            sku=skus[gift.sku],
            quantity=gift.quantity,
            value_cents=gift.value_cents,
        )
        for gift in priced.quote.gifts
        if gift.sku in skus
    )


def promised_gifts(revision: CampaignRevision, benefit: Benefit) -> tuple[GiftView, ...]:
    """Return the gifts of a campaign, as often as they are given once. One query, none without gifts."""
    skus = _skus(gift.sku for gift in benefit.presents)
    return tuple(
        GiftView(
            name=revision.local_name,
            campaign_id=revision.campaign_id,
            sku=skus[gift.sku],
            quantity=gift.quantity,
            value_cents=gift.value_cents * gift.quantity,
        )
        for gift in benefit.presents
        if gift.sku in skus
    )


def gift_choices_of(priced: Priced) -> tuple[GiftChoice, ...]:
    """Return what the shopper may choose among. One query for each promotion that lets choose."""
    found = []
    for offer in dict.fromkeys(gift.offer for gift in priced.quote.gifts):
        benefit, campaign_id = priced.page.book.offers[offer].benefit, priced.page.campaign_id_of(offer)
        if isinstance(benefit, GiftWithPurchase) and benefit.choose and campaign_id:
            found.append(_choice(priced, offer, campaign_id, benefit, benefit.choose))
    return tuple(found)


def rewards_of(priced: Priced) -> tuple[RewardView, ...]:
    """Return the coupons that the order would earn. No query."""
    page = priced.page
    return tuple(RewardView(page.name_of(row.offer), page.campaign_id_of(row.offer)) for row in priced.quote.rewards)


def _choice(priced: Priced, offer: str, campaign_id: int, benefit: GiftWithPurchase, choose: int) -> GiftChoice:
    skus = _skus(gift.sku for gift in benefit.gifts)
    given = {gift.sku for gift in priced.quote.gifts if gift.offer == offer}
    dropped = (row.reason for row in priced.quote.dropped_choices if row.gift and row.offer == offer)
    reason = next(dropped, None)
    return GiftChoice(
        campaign_id=campaign_id,
        name=priced.page.name_of(offer),
        choose=choose,
        options=tuple(
            GiftOption(skus[gift.sku], gift.quantity, gift.sku in given, _is_there(priced, offer, gift))
            for gift in benefit.gifts
            if gift.sku in skus
        ),
        trouble=reason.message if reason else None,
    )


def _is_there(priced: Priced, offer: str, gift: Present) -> bool:
    left = priced.facts.gifts_left.get((offer, gift.sku), 0 if gift.stock_units is not None else None)
    return left is None or left > 0


def _skus(codes: Iterable[str]) -> Mapping[str, Sku]:
    wanted = set(codes)
    if not wanted:
        return {}
    return {sku.code: sku for sku in Sku.objects.filter(code__in=wanted).select_related("product")}
