"""What higher apps know and this one must ask for: a register of named callables, filled in AppConfig.ready().

campaign_spend(campaign_ids) -> {campaign id: Spend}: what orders have got from campaigns so far.
campaign_results({campaign id: since}) -> [SkuResult]: what was sold at the price of campaigns, SKU by SKU.
touched_by(campaign_id, skus) -> Touched: who is affected when these SKUs leave a campaign.
campaign_page(campaign id) -> path: the page of a campaign in the shop; account_page() -> path of the shopper's account;
wallet_page() -> path of their wallet.
channel_page(token), private_link_page(token) -> path: where a signed link to claim by leads.
reward_templates() -> [RewardTemplate]: the coupons that a campaign may promise for a later order.
hold_templates(codes): locks those of these coupons that there are, against a new version of them.
bought_at(customer) -> {shop code}: where a customer has paid for an order that counts.
coupon_classes(starts_at, ends_at) -> [CouponClass]: the coupons that somebody may hold in a period.
template_owner(coupon template id) -> Shop or None: whose coupons these are.
level_changed(customer id): asked for right after somebody has changed a level; a timer looks at all LevelChange rows.
customer_of_order(number) -> primary key of the customer who placed it, None for a guest or an unknown number.
order_pages(order keys) -> {key as text: (order number, path of its page in the back office)}.
risk_profiles() -> [(code, name)]: what can judge attempts; risk_problems(revision): why a campaign lacks one.
paid_orders(customer id, since, until, from_cents) -> [key]: orders that were paid then and are kept, the oldest first.
lost_coupons(coupon ids) -> {coupon id: key of the order that earned it and earns it no more}.
never_bought(shop code) -> Q: what selects the customers who have not, at that shop or ("") anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pricing.engine.offer import Offer

_sources: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, slots=True)
class Spend:
    """Orders that got a campaign, and the discount they got, in cents, after what was taken back."""

    orders: int
    discount_cents: int


@dataclass(frozen=True, slots=True)
class SkuResult:
    """One SKU sold at the price of a campaign: the units kept, and cents of all of them.

    `net_cents` is what shoppers pay, with all other discounts taken off; `cost_cents` None where a cost is not known;
    `loss_cents` sums the lines sold below cost; `lowest_bp` is the lowest price of a unit in parts of its list price.
    """

    campaign_id: int
    sku_id: int
    units: int
    list_cents: int
    discount_cents: int
    net_cents: int
    cost_cents: int | None
    loss_cents: int
    lowest_bp: int

    @property
    def margin_cents(self) -> int | None:
        return None if self.cost_cents is None else self.net_cents - self.cost_cents


@dataclass(frozen=True, slots=True)
class Touched:
    """Open carts that hold the goods, and unpaid orders that keep the price of the campaign until their time-out."""

    carts: int = 0
    unpaid_orders: int = 0


@dataclass(frozen=True, slots=True)
class RewardTemplate:
    """A coupon template by the code that rules name it by; `shop_id` is its owner, None the platform.

    `earned_until`: orders after it would earn a coupon without a fair time to use it; None = there is always time.
    `has_audience`: some customers never get it, so no order can be promised it.
    """

    code: str
    name: str
    shop_id: int | None
    earned_until: datetime | None = None
    has_audience: bool = False


@dataclass(frozen=True, slots=True)
class CouponClass:
    """All coupons of one template's revision: what the engine sees of them, and when one of them may be valid.

    `per_order`: how many of them one customer may use in one order.
    """

    offer: Offer
    name: str
    name_zh: str
    template_id: int
    valid_from: datetime
    valid_until: datetime
    per_order: int = 1


def register(name: str, source: Callable[..., Any]) -> None:
    """Let a higher app answer questions of this name."""
    _sources[name] = source


def ask(name: str, *args: Any, default: Any = None) -> Any:
    """Return the answer of the app that knows, or the default while nobody does."""
    return _sources[name](*args) if name in _sources else default
