"""One page of a wallet: coupons with what they are good for, how long, and why some are past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from campaigns.models import Customer
from coupons.models import Coupon
from coupons.selectors.drawers import coupons_in, drawer_counts, ends_soon, recall_reasons
from storefront.coupon_words import GoodFor, good_for, scopes_at
from storefront.models import Order

COUPONS_PER_PAGE = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a wallet somebody wants to see; see `coupons_in`. `is_cut`: the words that were sent go on."""

    drawer: str = "unused"
    words: str = ""
    is_cut: bool = False
    soon: bool = False
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class WalletCard:
    """One coupon; `order` is the number of the order that keeps or has used it, `reason` why it was taken back."""

    coupon: Coupon
    good_for: GoodFor
    is_soon: bool
    order: str
    reason: str


@dataclass(frozen=True, slots=True)
class WalletPage:
    """`counts` of all drawers; `page` is that of the coupons behind `cards`."""

    counts: Mapping[str, int]
    page: Page
    cards: tuple[WalletCard, ...]


def wallet_page_of(*, customer: Customer, wanted: Wanted, at: datetime) -> WalletPage:
    """Return one page of a wallet. Seven queries at most, however many coupons there are."""
    found = coupons_in(wanted.drawer, customer=customer, at=at, words=wanted.words, soon=wanted.soon, sort=wanted.sort)
    page = Paginator(found.prefetch_related(scopes_at("revision__scopes")), COUPONS_PER_PAGE).get_page(wanted.page)
    coupons = list(page)
    return WalletPage(drawer_counts(customer=customer, at=at), page, tuple(_cards(coupons, at)))


def _cards(coupons: Sequence[Coupon], at: datetime) -> list[WalletCard]:
    for coupon in coupons:
        coupon.revision.template = coupon.template  # its shop is there already
    words = good_for(coupon.revision for coupon in coupons)
    keys = {coupon.order_key for coupon in coupons if coupon.order_key}
    orders = dict(Order.objects.filter(key__in=keys).values_list("key", "number")) if keys else {}
    reasons = recall_reasons(coupons)
    return [
        WalletCard(
            coupon=coupon,
            good_for=words[coupon.revision_id],
            is_soon=ends_soon(coupon, at=at),
            order=orders.get(coupon.order_key, ""),
            reason=reasons.get(coupon.pk, ""),
        )
        for coupon in coupons
    ]
