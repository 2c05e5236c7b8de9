"""Risk profiles, in force unless said; and where attempts come from."""

from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any

from campaigns.models import Decision, ReviewState
from coupons.commands.claiming import claim_coupon
from coupons.lifecycle import ReviewedState
from coupons.models import RiskBlock, RiskCase, RiskLimit, RiskProfile, RiskProfileApproval, RiskProfileRevision
from coupons.refusals import UnderReview
from coupons.risk.origin import NOWHERE, Origin, origin_of
from coupons.risk.rules import Rule, stored
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_claim_campaign

_numbers = count(1)
EVERY_ACT = ("claim", "code", "order", "draw", "gift", "grant")


def rule(signal: str, comparison: str, threshold: int, **fields: Any) -> Rule:
    """A rule that refuses, for every act, unless said."""
    said = {"effect": "block", "acts": EVERY_ACT, "name": f"{signal} rule", "name_zh": f"{signal} 规则"}
    return Rule(signal=signal, comparison=comparison, threshold=threshold, **(said | fields))


def make_profile_revision(
    *rules: Rule, hold_at: int | None = None, block_at: int | None = None, **fields: Any
) -> RiskProfileRevision:
    """A draft of a new profile, unless `profile` is given."""
    author = fields.pop("author", None) or make_user()
    code = fields.pop("code", None) or f"profile-{next(_numbers)}"
    profile = fields.pop("profile", None)
    if profile is None:
        profile = RiskProfile.objects.create(code=code, created_by=author, created_at=LONG_AGO)
    return RiskProfileRevision.objects.create(
        profile=profile,
        number=profile.revisions.count() + 1,
        author=author,
        created_at=LONG_AGO,
        name=f"Profile {profile.code}",
        name_zh=f"档案 {profile.code}",
        rules=stored(rules),
        hold_at=hold_at,
        block_at=block_at,
    )


def make_profile(*rules: Rule, **fields: Any) -> RiskProfile:
    """A profile in force, by a checker who is not its author."""
    revision = make_profile_revision(*rules, **fields)
    RiskProfileRevision.objects.filter(pk=revision.pk).update(review=ReviewState.APPROVED, submitted_at=LONG_AGO)
    RiskProfileApproval.objects.create(
        revision=revision, maker=revision.author, checker=make_checker(), decision=Decision.APPROVED, at=LONG_AGO
    )
    RiskProfile.objects.filter(pk=revision.profile_id).update(state=ReviewedState.APPROVED, current_revision=revision)
    return RiskProfile.objects.get(pk=revision.profile_id)


def make_risk_limit(**figures: int) -> RiskLimit:
    return RiskLimit.objects.create(by=make_user(), at=LONG_AGO, reason="house rule", **figures)


def from_device(name: str, *, address: str = "203.0.113.9", hours: int = 1_000) -> Origin:
    """Somebody on a device that we have marked so long ago."""
    return origin_of(address=address, device=name, device_hours=hours)


def make_held_claim(*, at: datetime = NOON, origin: Origin = NOWHERE, **fields: Any) -> RiskCase:
    """A claim of somebody who has signed up this minute, held; `fields` are those of the claim campaign."""
    profile = make_profile(rule("account_hours", "lt", 24, effect="hold"))
    campaign = make_claim_campaign(risk_profile=profile.code, **fields)
    customer = make_customer(registered_at=at)
    with suppress(UnderReview):
        claim_coupon(claim_campaign_id=campaign.pk, customer_id=customer.pk, seq=1, at=at, origin=origin)
    return RiskCase.objects.get(customer=customer)


def make_block() -> RiskBlock:
    return RiskBlock.objects.create(kind="phone", value="13800009999", reason="sold", by=make_user(), at=LONG_AGO)
