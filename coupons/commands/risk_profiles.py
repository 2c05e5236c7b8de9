"""Risk profiles from draft to stop."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, Content, begin, content_of
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Tables
from coupons.lifecycle import REVIEWED_MOVES
from coupons.models import RiskProfile, RiskProfileApproval, RiskProfileRevision, RiskProfileTransition
from coupons.risk.rules import MOST_RULES, load_profile
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

RISK_PROFILES = Tables(
    subjects=RiskProfile,
    revisions=RiskProfileRevision,
    approvals=RiskProfileApproval,
    transitions=RiskProfileTransition,
    subject="profile",
    lock="template_budget",
    moves=REVIEWED_MOVES,
)


@command
def create_profile(
    *, content: Content, code: str, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> RiskProfile:
    """Write a new profile with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    taken = RiskProfile.objects.filter(code=code)
    if (taken.exclude(draft_key=key) if key else taken).exists():
        raise Incomplete(N_("Another profile has this code already. Choose another."), field="code")
    return begin(RISK_PROFILES, owner={"code": code}, content=content, start=Beginning(by, at, key))


@command
def duplicate_profile(*, profile_id: int, by: AbstractBaseUser, at: datetime, key: UUID | None = None) -> RiskProfile:
    """Return a profile with the same rules under a code of its own: a draft, judging nothing yet."""
    original = RiskProfile.objects.get(pk=profile_id)
    latest = original.current_revision or original.revisions.order_by("number").last()
    number = RiskProfile.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    owner = {"code": f"{original.code[:30]}-{number}"}
    return begin(RISK_PROFILES, owner=owner, content=content_of(latest), start=Beginning(by, at, key))


def problems_of_profile(revision: RiskProfileRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a profile from being submitted or approved."""
    if not revision.name.strip() or not revision.name_zh.strip():
        field = "name_zh" if revision.name.strip() else "name"
        return [Incomplete(N_("Staff need a name in both languages."), field=field)]
    if not revision.rules:
        return [Incomplete(N_("A profile needs a rule at least."), field="rules")]
    if len(revision.rules) > MOST_RULES:
        return [Incomplete(N_("A profile has %(most)s rules at most."), field="rules", most=MOST_RULES)]
    try:
        profile = load_profile(revision.rules, hold_at=revision.hold_at, block_at=revision.block_at)
    except Refusal as refusal:
        return [refusal]
    gives_points = any(rule.effect == "points" for rule in profile.rules)
    if gives_points and profile.hold_at is None and profile.block_at is None:
        return [
            Incomplete(N_("Rules add points, but no score has a consequence: say from which one."), field="hold_at")
        ]
    return []


RISK_REVIEW = Review(
    RISK_PROFILES,
    problems_of=problems_of_profile,
    put_in_force=lambda profile, revision: None,
    stakes_of=lambda revision: Stakes(None, 0),
)
