"""The demo's campaigns: drafted by the operator, decided by the approver, as in daily work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.conflict_limits import set_conflict_limits
from campaigns.commands.drafting import Content, create_campaign
from campaigns.commands.review_limits import set_review_limit
from campaigns.models import CampaignRevision, ConflictLimits, ReviewLimit
from pricing.models import Category, Shop, Sku
from promo_site.demo.audience import is_
from promo_site.demo.people import staff

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COMBINES = {"with_shop_offers": True, "with_platform_activities": True, "with_coupons": True}

ALONE = dict.fromkeys(COMBINES, False)


@dataclass(frozen=True, slots=True)
class Plan:
    """One campaign to be: `start`, `end` and `announced` are measured from the moment of loading.

    `skus` are the beginnings of SKU codes; `prices` are those of single SKUs by code, in cents, each with `sku_stock`
    pieces, one for each shopper; `outcome` is draft, submitted, half (the first
    of two approvals), rejected or approved.
    """

    names: tuple[str, str]
    benefit: str
    params: Mapping[str, Any]
    start: timedelta
    end: timedelta
    layer: str = "order"
    shop: str | None = None
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    prices: Mapping[str, int] = field(default_factory=dict)
    sku_stock: int | None = None
    announced: timedelta | None = None
    outcome: str = "approved"
    fields: Mapping[str, Any] = field(default_factory=dict)


def tiers(*steps: tuple[int, int]) -> dict[str, Any]:
    """The parameters of a threshold reduction, in cents."""
    return {"tiers": [{"threshold_cents": from_cents, "off_cents": off_cents} for from_cents, off_cents in steps]}


PLANS = (
    Plan(
        names=("300 − 50, 600 − 120", "满300减50，满600减120"),
        benefit="spend_tiers",
        params=tiers((30_000, 5_000), (60_000, 12_000)),
        start=-3 * DAY,
        end=25 * DAY,
        fields=COMBINES
        | {
            "badge": "300 − 50",
            "badge_zh": "满300减50",
            "priority": 10,
            "budget_cents": 5_000_000,
            "description": "Everything counts, across all shops; gift cards and the master's teapot do not.",
            "description_zh": "全场商品跨店累计，礼品卡与名家紫砂壶除外。",
        },
    ),
    Plan(
        names=("Knits and boots 20% off", "针织与皮靴8折"),
        benefit="percent_off",
        params={"rate_bp": 2_000},
        layer="item",
        shop="northgate",
        start=-1 * DAY,
        end=14 * DAY,
        skus=("KNIT-SWEATER", "LEATHER-BOOTS", "WOOL-SCARF"),
        sku_stock=40,
        fields=COMBINES
        | {
            "badge": "20% off",
            "badge_zh": "8折",
            "priority": 20,
            "limit_units": 2,
            "platform_share_bp": 4_000,
            "goal": "clear_stock",
            "reach_in_site": True,
            "reach_text": "Sweaters, boots and scarves at 20% off for two weeks, while the activity stock lasts.",
            "reach_text_zh": "毛衣、皮靴与围巾8折两周，活动库存售完即止。",
            "description": "Two pieces per member, while the activity stock lasts.",
            "description_zh": "每位会员限购两件，活动库存售完即止。",
        },
    ),
    Plan(
        names=("Evening flash sale", "晚间限时秒杀"),
        benefit="sku_prices",
        params={},
        layer="item",
        start=-1 * HOUR,
        end=11 * HOUR,
        announced=-1 * DAY,
        prices={"DESK-CLOCK": 6_900, "CUTTING-BOARD": 11_900},
        sku_stock=8,
        fields=ALONE
        | {"badge": "Flash sale", "badge_zh": "秒杀", "priority": 40, "goal": "clear_stock"}
        | {
            "description": "Eight pieces of each, one for each member, with nothing else on top.",
            "description_zh": "每款八件，每位会员限购一件，不与其他优惠同享。",
        },
    ),
    Plan(
        names=("Sound week 15% off", "影音周85折"),
        benefit="percent_off",
        params={"rate_bp": 1_500},
        layer="item",
        start=3 * HOUR,
        end=10 * DAY,
        announced=-1 * DAY,
        skus=("HEADPHONES", "WOODEN-SPEAKER"),
        sku_stock=60,
        fields=COMBINES
        | {"badge": "Sound week", "badge_zh": "影音周", "priority": 30, "limit_units": 1, "goal": "new_customers"}
        | {
            "description": "One piece per member. Put it on your list: it starts in a few hours.",
            "description_zh": "每位会员限购一件，即将开始，敬请关注。",
        },
    ),
    Plan(
        names=("Tea season: 200 − 30", "茶季满200减30"),
        benefit="spend_tiers",
        params=tiers((20_000, 3_000)),
        shop="qinghe",
        start=1 * DAY,
        end=20 * DAY,
        categories=("tea-coffee",),
        outcome="submitted",
        fields=COMBINES
        | {"badge": "200 − 30", "badge_zh": "满200减30", "priority": 5, "platform_share_bp": 5_000}
        | {
            "description": "Tea, teaware and coffee of Qinghe Tea House.",
            "description_zh": "清和茶舍的茶叶、茶具与咖啡。",
            "audience": {"any": [is_("level", "gold", "vip"), is_("tag", "tea-lover")]},
        },
    ),
    Plan(
        names=("A gift with shoes and coats", "鞋靴风衣满500赠礼"),
        benefit="gift",
        params={
            "gifts": [
                {"sku": "WOOL-SCARF", "value_cents": 13_900, "stock_units": 40},
                {"sku": "CANVAS-TOTE", "value_cents": 5_900, "stock_units": 60},
            ],
            "threshold_cents": 50_000,
            "choose": 1,
        },
        shop="northgate",
        start=-1 * DAY,
        end=20 * DAY,
        skus=("LEATHER-BOOTS", "RUNNING-SHOES", "TRENCH-COAT"),
        fields=COMBINES
        | {"badge": "Free gift", "badge_zh": "满赠", "platform_share_bp": 0}
        | {
            "description": "From 500 on: a wool scarf or a canvas tote, as you like, while they last.",
            "description_zh": "满500元，羊毛围巾或帆布手提袋任选其一，送完即止。",
        },
    ),
    Plan(
        names=("Warm evenings 10% off", "暖夜9折"),
        benefit="percent_off",
        params={"rate_bp": 1_000},
        layer="item",
        start=7 * DAY,
        end=21 * DAY,
        skus=("SCENTED-CANDLE", "TABLE-LAMP", "THROW-CUSHION", "HOUSE-SLIPPERS"),
        outcome="draft",
        fields={"new_to": "platform", "limit_orders": 1, "goal": "new_customers"},
    ),
    Plan(
        names=("Books at half price", "图书5折"),
        benefit="percent_off",
        params={"rate_bp": 5_000},
        layer="item",
        start=2 * DAY,
        end=9 * DAY,
        skus=("COOKBOOK", "NOVEL"),
        outcome="rejected",
        fields=COMBINES | {"badge": "50% off", "badge_zh": "5折"},
    ),
    Plan(
        names=("Cushion clearance 45% off", "靠垫清仓55折"),
        benefit="percent_off",
        params={"rate_bp": 4_500},
        layer="item",
        start=2 * DAY,
        end=8 * DAY,
        skus=("THROW-CUSHION",),
        sku_stock=30,
        outcome="half",
        fields=COMBINES | {"badge": "45% off", "badge_zh": "55折", "goal": "clear_stock", "budget_cents": 300_000},
    ),
    Plan(
        names=("Harvest festival: 400 − 60", "丰收节满400减60"),
        benefit="spend_tiers",
        params=tiers((40_000, 6_000)),
        start=-30 * DAY,
        end=-16 * DAY,
        fields=COMBINES | {"badge": "400 − 60", "badge_zh": "满400减60"},
    ),
)


def plan_campaigns(*, at: datetime) -> None:
    """Draft every plan as the operator and take it as far as its outcome says; deep cuts need two approvers."""
    limit = ReviewLimit(kind="campaigns.campaign", depth_bp=4_000, reason="House rule: two pairs of eyes on deep cuts.")
    set_review_limit(limit, by=staff("approver"), at=at - 60 * DAY)
    prices = ConflictLimits(
        deepest_off_bp=7_000, reason="House rule: nothing below 30 % of list without a second look."
    )
    set_conflict_limits(prices, by=staff("approver"), at=at - 60 * DAY)
    for plan in PLANS:
        carry_out(plan, at=at)


def carry_out(plan: Plan, *, at: datetime) -> None:
    """Draft a plan as the operator and take it as far as its outcome says."""
    operator, approver = staff("operator"), staff("approver")
    # Decided before it was announced or began, as it must have been.
    begun_at = at + min(plan.start, plan.announced or plan.start, timedelta())
    drafted_at, submitted_at, decided_at = begun_at - 6 * HOUR, begun_at - 5 * HOUR, begun_at - 4 * HOUR
    shop = Shop.objects.get(code=plan.shop) if plan.shop else None
    campaign = create_campaign(content=_content(plan, at=at), shop=shop, by=operator, at=drafted_at)
    revision = CampaignRevision.objects.get(campaign=campaign)
    if plan.outcome == "draft":
        return
    submit_campaign(revision_id=revision.pk, by=operator, at=submitted_at)
    revision.refresh_from_db()
    if plan.outcome in ("approved", "half"):
        approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=approver, at=decided_at)
    revision.refresh_from_db()
    if plan.outcome == "approved" and revision.approvals_needed > 1:
        second = {"by": staff("approver", 2), "at": decided_at + HOUR}
        approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, **second)
    if plan.outcome == "rejected":
        reason = "With postage, half price loses money on every cookbook. 30% off would still clear the shelf."
        reject_campaign(revision_id=revision.pk, by=approver, at=decided_at, reason=reason)


def _content(plan: Plan, *, at: datetime) -> Content:
    name, name_zh = plan.names
    fields = {
        "name": name,
        "name_zh": name_zh,
        "benefit_code": plan.benefit,
        "params": dict(plan.params),
        "layer": plan.layer,
        "starts_at": on_the_minute(at + plan.start),
        "ends_at": on_the_minute(at + plan.end),
        "warm_up_at": None if plan.announced is None else on_the_minute(at + plan.announced),
        "everything": not (plan.skus or plan.prices or plan.categories),
        **plan.fields,
    }
    scopes = [{"category": Category.objects.get(code=code)} for code in plan.categories]
    skus = [{"sku": sku, "stock_units": plan.sku_stock} for sku in _skus(plan.skus)]
    return Content(fields=fields, rows={"scopes": scopes, "skus": [*skus, *_priced(plan)]})


def _priced(plan: Plan) -> list[dict[str, Any]]:
    """The rows of a flash sale: each SKU with its price, its stock and one piece for each shopper."""
    return [
        {"sku": Sku.objects.get(code=code), "price_cents": cents, "stock_units": plan.sku_stock, "limit_units": 1}
        for code, cents in plan.prices.items()
    ]


def on_the_minute(moment: datetime) -> datetime:
    """Return the full minute that a person would have typed."""
    return moment.replace(second=0, microsecond=0)


def _skus(beginnings: Iterable[str]) -> list[Sku]:
    return [sku for beginning in beginnings for sku in Sku.objects.filter(code__startswith=beginning)]
