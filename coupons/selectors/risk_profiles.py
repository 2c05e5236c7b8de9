"""The risk profiles that activities can name, what names them, and what a trial has found."""

from campaigns.models import CampaignRevision
from coupons.lifecycle import ReviewedState
from coupons.models import (
    ClaimCampaignRevision,
    CodePoolRevision,
    CouponTemplateRevision,
    LotteryRevision,
    RiskProfile,
)
from pricing.models import Job

NAMERS = (CampaignRevision, CouponTemplateRevision, ClaimCampaignRevision, CodePoolRevision, LotteryRevision)
TRIAL = "try_risk_profile"


def profile_choices() -> list[tuple[str, str]]:
    """Return (code, name in the reader's language) of the profiles in force, by code. One query."""
    rows = RiskProfile.objects.filter(state=ReviewedState.APPROVED).select_related("current_revision")
    return [(row.code, row.current_revision.local_name) for row in rows.order_by("code")]


def activities_under(code: str) -> int:
    """Return how many campaigns, templates and activities in force name a profile. One query for each kind."""
    return sum(model._default_manager.filter(risk_profile=code, current_of__isnull=False).count() for model in NAMERS)


def latest_trial(profile_id: int) -> Job | None:
    """Return the newest trial of a profile, with its result. One query."""
    return Job.objects.filter(kind=TRIAL, subject=f"risk_profile:{profile_id}").order_by("-pk").first()
