"""The demo's coupons: templates, the activities that hand them out, and what some customers have claimed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from campaigns.commands.drafting import Content
from coupons.commands.claim_campaigns import approve_claim_campaign, create_claim_campaign, submit_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.templates import approve_template, create_template, submit_template
from coupons.models import ClaimCampaign, ClaimCampaignRevision, CouponTemplate, CouponTemplateRevision, Partner
from pricing.models import Category, Shop
from promo_site.demo.campaigns import COMBINES, DAY, HOUR
from promo_site.demo.people import NEW_MEMBER, REGULAR, VIP, Person, customer, staff

EVERYWHERE = ("home", "product", "cart", "coupon_centre")
FIRST_ORDER = ({"code": "nth_order", "params": {"order_number": 1}},)


@dataclass(frozen=True, slots=True)
class Handout:
    """One coupon and the activity that hands it out; `opens` and `closes` are measured from the moment of loading.

    `claimed_by` claim before they go shopping; `kept_by` afterwards, so that theirs stay unused.
    """

    names: tuple[str, str]
    benefit: str
    params: Mapping[str, Any]
    from_cents: int
    days: int
    opens: timedelta = -2 * DAY
    closes: timedelta = 30 * DAY
    total: int | None = None
    positions: tuple[str, ...] = EVERYWHERE
    audience: tuple[Mapping[str, Any], ...] = ()
    shop: str | None = None
    categories: tuple[str, ...] = ()
    claimed_by: tuple[Person, ...] = ()
    kept_by: tuple[Person, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    activity: Mapping[str, Any] = field(default_factory=dict)


HANDOUTS = (
    Handout(
        names=("¥10 for everyone", "全场通用10元券"),
        benefit="amount_off",
        params={"off_cents": 1_000},
        from_cents=10_000,
        days=7,
        total=5_000,
        claimed_by=(VIP, REGULAR),
        fields={"issue_total": 8_000, "issue_per_customer": 2, "budget_cents": 8_000_000},
    ),
    Handout(
        names=("¥30 off ¥200", "满200减30券"),
        benefit="amount_off",
        params={"off_cents": 3_000},
        from_cents=20_000,
        days=15,
        total=500,
        positions=("home", "cart", "coupon_centre"),
        claimed_by=(VIP,),
        fields={"issue_total": 500, "issue_per_customer": 1},
    ),
    Handout(
        names=("Tea time 15% off", "茶时光85折券"),
        benefit="percent_off",
        params={"rate_bp": 1_500, "cap_cents": 4_000},
        from_cents=15_000,
        days=10,
        positions=("product", "coupon_centre"),
        shop="qinghe",
        categories=("tea-coffee",),
        claimed_by=(VIP,),
        fields={"face_cents": 4_000, "issue_total": 1_000, "issue_per_customer": 1, "platform_share_bp": 5_000},
    ),
    Handout(
        names=("Welcome: ¥20 off your first order", "新人首单立减20元"),
        benefit="amount_off",
        params={"off_cents": 2_000},
        from_cents=5_000,
        days=30,
        audience=FIRST_ORDER,
        claimed_by=(NEW_MEMBER,),
        fields={"issue_total": 2_000, "issue_per_customer": 1},
    ),
    Handout(
        names=("VIP: ¥40 off ¥300", "会员专享满300减40"),
        benefit="amount_off",
        params={"off_cents": 4_000},
        from_cents=30_000,
        days=14,
        audience=({"code": "member_level", "params": {"levels": ["vip"]}},),
        claimed_by=(VIP,),
        fields={"issue_total": 300, "issue_per_customer": 1},
    ),
    Handout(
        names=("Long weekend: ¥25 off ¥150", "周末满150减25"),
        benefit="amount_off",
        params={"off_cents": 2_500},
        from_cents=15_000,
        days=4,
        total=800,
        kept_by=(VIP,),
        fields={"issue_total": 800, "issue_per_customer": 1},
    ),
    Handout(
        names=("Tomorrow: ¥50 off ¥399", "明日开抢：满399减50"),
        benefit="amount_off",
        params={"off_cents": 5_000},
        from_cents=39_900,
        days=3,
        opens=20 * HOUR,
        closes=5 * DAY,
        total=100,
        positions=("home", "coupon_centre"),
        fields={"issue_total": 100, "issue_per_customer": 1},
    ),
    Handout(
        names=("Early birds: ¥15 off ¥80", "早鸟满80减15"),
        benefit="amount_off",
        params={"off_cents": 1_500},
        from_cents=8_000,
        days=7,
        total=2,
        positions=("coupon_centre",),
        claimed_by=(REGULAR, NEW_MEMBER),
        fields={"issue_total": 2, "issue_per_customer": 1},
    ),
    Handout(
        names=("Every day at 10 and 20: ¥8 off ¥60", "每天10点和20点：满60减8"),
        benefit="amount_off",
        params={"off_cents": 800},
        from_cents=6_000,
        days=5,
        positions=("home", "coupon_centre"),
        claimed_by=(REGULAR, NEW_MEMBER),
        fields={"issue_total": 5_000, "issue_per_customer": 1},
        activity={"releases": {"every": "day", "at": [["10:00", 2], ["20:00", 2]], "carry": False}},
    ),
    Handout(
        names=("Only today: ¥6 off ¥50", "今日弹窗：满50减6"),
        benefit="amount_off",
        params={"off_cents": 600},
        from_cents=5_000,
        days=2,
        positions=("home_popup", "partner"),
        fields={"issue_total": 2_000, "issue_per_customer": 1},
        activity={
            "place_rules": {"home_popup": {"every_hours": 12}, "partner:wechat": {"cost_cents": 30, "units": 500}}
        },
    ),
    Handout(
        names=("By invitation: ¥100 off ¥800", "受邀专享：满800减100"),
        benefit="amount_off",
        params={"off_cents": 10_000},
        from_cents=80_000,
        days=14,
        positions=(),
        fields={"issue_total": 50, "issue_per_customer": 1},
        activity={"by_link": True},
    ),
    Handout(
        names=("Free shipping from ¥59", "满59包邮券"),
        benefit="free_shipping",
        params={},
        from_cents=5_900,
        days=10,
        positions=("cart", "coupon_centre"),
        fields={"issue_total": 3_000, "issue_per_customer": 1, "budget_cents": 3_000_000, "face_cents": 1_000},
    ),
)


def hand_out_coupons(*, at: datetime) -> None:
    """Set every coupon and its activity up, have both approved, and let people claim."""
    Partner.objects.create(code="wechat", name="WeChat mini program", name_zh="微信小程序")
    Partner.objects.create(code="mall-east", name="East Mall app", name_zh="东城商场应用")
    for handout in HANDOUTS:
        template = set_up_template(handout, at=at)
        activity = _activity(handout, template, at=at)
        for person in handout.claimed_by:
            claim_coupon(claim_campaign_id=activity.pk, customer_id=customer(person).pk, seq=1, at=at)


def claim_for_later(*, at: datetime) -> None:
    """After the shopping: what people claim and keep."""
    for handout in HANDOUTS:
        for person in handout.kept_by:
            activity = ClaimCampaign.objects.get(current_revision__name=handout.names[0])
            claim_coupon(claim_campaign_id=activity.pk, customer_id=customer(person).pk, seq=1, at=at)


def set_up_template(handout: Handout, *, at: datetime) -> CouponTemplate:
    """Write a template and have it approved, all before these last days."""
    operator, begun_at = staff("operator"), at - 3 * DAY
    shop = Shop.objects.get(code=handout.shop) if handout.shop else None
    template = create_template(content=_template_content(handout), shop=shop, by=operator, at=begun_at)
    revision = CouponTemplateRevision.objects.get(template=template)
    submit_template(revision_id=revision.pk, by=operator, at=begun_at + HOUR)
    revision.refresh_from_db()
    approve_template(
        revision_id=revision.pk, seen_hash=revision.content_hash, by=staff("approver"), at=begun_at + 2 * HOUR
    )
    return CouponTemplate.objects.get(pk=template.pk)


def _template_content(handout: Handout) -> Content:
    name, name_zh = handout.names
    fields = {
        **COMBINES,
        "name": name,
        "name_zh": name_zh,
        "benefit_code": handout.benefit,
        "params": dict(handout.params),
        "conditions": [{"code": "min_spend", "params": {"threshold_cents": handout.from_cents}}, *handout.audience],
        "everything": not handout.categories,
        "valid_days": handout.days,
        "face_cents": handout.params.get("off_cents", 0),
        **handout.fields,
    }
    scopes = [{"category": Category.objects.get(code=code)} for code in handout.categories]
    return Content(fields=fields, rows={"scopes": scopes})


def _activity(handout: Handout, template: CouponTemplate, *, at: datetime) -> ClaimCampaign:
    operator, begun_at = staff("operator"), at - 3 * DAY + 3 * HOUR
    name, name_zh = handout.names
    fields = {
        "name": name,
        "name_zh": name_zh,
        "starts_at": (at + handout.opens).replace(minute=0, second=0, microsecond=0),
        "ends_at": (at + handout.closes).replace(minute=0, second=0, microsecond=0),
        "positions": list(handout.positions),
        "conditions": list(handout.audience),
        "total": handout.total,
        **handout.activity,
    }
    activity = create_claim_campaign(
        content=Content(fields=fields, rows={}), template=template, by=operator, at=begun_at
    )
    revision = ClaimCampaignRevision.objects.get(claim_campaign=activity)
    submit_claim_campaign(revision_id=revision.pk, by=operator, at=begun_at + HOUR)
    revision.refresh_from_db()
    approve_claim_campaign(
        revision_id=revision.pk, seen_hash=revision.content_hash, by=staff("approver"), at=begun_at + 2 * HOUR
    )
    return activity
