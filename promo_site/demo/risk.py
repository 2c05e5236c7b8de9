"""The demo's risk control: a profile, what is high value, a few attempts, and one that waits for a decision."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaigns.commands import review
from campaigns.commands.drafting import Content
from campaigns.models import Customer
from coupons.commands.high_value import set_risk_limit
from coupons.commands.risk import assess
from coupons.commands.risk_blocks import Blocked, add_block
from coupons.commands.risk_profiles import RISK_REVIEW, create_profile
from coupons.models import ClaimCampaign, RiskLimit
from coupons.refusals import NotNow, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.origin import Origin, origin_of
from coupons.risk.rules import Rule, stored
from promo_site.demo.campaigns import DAY, HOUR
from promo_site.demo.people import NEW_MEMBER, REGULAR, VIP, customer, staff

CODE = "standard"
ALL = ("claim", "code", "order", "draw")
RULES = (
    Rule("claims", "gt", 5, "block", ("claim",), "Too many claims on one device", "同一设备领券过多", "device", 60),
    Rule("accounts", "ge", 3, "points", ALL, "Many accounts on one device", "同一设备账户过多", "device", 1440, 60),
    Rule("account_hours", "lt", 24, "points", ALL, "Account of today", "当天注册的账户", points=40),
    Rule("phone_verified", "lt", 1, "points", ALL, "No verified phone", "手机未验证", points=20),
    Rule("device_hours", "lt", 0, "points", ALL, "No mark on the device", "设备没有标记", points=30),
    Rule("returned_bp", "ge", 5_000, "points", ALL, "Half of the coupons came back", "一半的券被退回", "", 43_200, 30),
)
HOLD_AT, BLOCK_AT = 60, 120
FARM = "203.0.113.77"


@dataclass(frozen=True, slots=True)
class _Try:
    """Somebody tries to claim, so many minutes before now."""

    customer: Customer
    origin: Origin
    minutes: int


def watch_out(*, at: datetime) -> None:
    """Have a profile approved and limits set, and let some people try what they should not."""
    _approve_profile(at=at - 3 * DAY)
    limit = RiskLimit(face_cents=20_000, depth_bp=7_000, reason="House rule: nobody farms what is worth a lot.")
    set_risk_limit(limit, by=staff("approver"), at=at - 2 * DAY)
    campaign = ClaimCampaign.objects.filter(state="approved").order_by("pk")[0]
    for attempt in _tries(at):
        with suppress(NotNow, UnderReview):
            assess(_attempt(campaign, attempt), at=at - timedelta(minutes=attempt.minutes))
    blocked = Blocked("address", FARM, at + 30 * DAY)
    add_block(blocked, by=staff("service"), at=at - HOUR, reason="Three accounts on one device within half an hour.")


def _approve_profile(*, at: datetime) -> None:
    said = {"name": "Standard", "name_zh": "标准", "description": "For coupons and flash sales.", "description_zh": ""}
    fields: dict[str, Any] = {**said, "hold_at": HOLD_AT, "block_at": BLOCK_AT, "rules": stored(RULES)}
    profile = create_profile(content=Content(fields=fields, rows={}), code=CODE, by=staff("operator"), at=at)
    revision = profile.revisions.get()
    review.submit(RISK_REVIEW, revision_id=revision.pk, by=revision.author, at=at + HOUR)
    revision.refresh_from_db()
    seen = {"seen_hash": revision.content_hash, "by": staff("approver"), "at": at + 2 * HOUR}
    review.approve(RISK_REVIEW, revision_id=revision.pk, **seen)


def _tries(at: datetime) -> Iterator[_Try]:
    """Three people on one device, the third of whom has to wait; and one of them at home."""
    together = origin_of(address=FARM, device="demo-device", device_hours=2)
    for number, person in enumerate((VIP, REGULAR, NEW_MEMBER)):
        yield _Try(customer(person), together, 90 - 10 * number)
    yield _Try(customer(VIP), origin_of(address="198.51.100.20", device="demo-home", device_hours=900), 30)


def _attempt(campaign: ClaimCampaign, attempt: _Try) -> Attempt:
    names = {"claim_campaign_id": campaign.pk, "customer_id": attempt.customer.pk, "seq": 1}
    return Attempt(
        act="claim",
        kind=campaign._meta.label_lower,
        object_id=campaign.pk,
        customer_id=attempt.customer.pk,
        key=f"claim:{campaign.pk}:{attempt.customer.pk}:1",
        origin=attempt.origin,
        profiles=(CODE,),
        params=names,
    )
