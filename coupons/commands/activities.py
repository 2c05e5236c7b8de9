"""What every activity shares that hands out coupons of a template: its beginning, its copy, and what it must keep to.

An activity is a reviewed thing with a period (`starts_at`, `ends_at` of its revision) and a `template`; it can only
narrow what the template allows. Claim campaigns and code pools are activities.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Beginning, begin, content_of
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import Tables
from campaigns.models import ReviewState
from coupons.channels import check_channel
from coupons.commands.high_value import problems_of_value
from coupons.commands.templates import stakes_of_template
from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate, CouponTemplateRevision, RiskProfileRevision
from coupons.validity import check_claiming
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking


class Named(Protocol):
    """Has a name that shoppers read, in both languages."""

    name: str
    name_zh: str


@command
def duplicate_activity(
    tables: Tables, *, subject_id: int, owner: tuple[str, ...], by: AbstractBaseUser, at: datetime, key: UUID | None
) -> Any:
    """Return an activity that says what the given one says: a draft, never active, and one for each key.

    `owner` names the columns of the activity itself that the copy keeps, such as its template.
    """
    original = tables.subjects._default_manager.get(pk=subject_id)
    latest = original.current_revision or original.revisions.order_by("number").last()
    kept = {name: getattr(original, name) for name in owner}
    return begin(tables, owner=kept, content=content_of(latest), start=Beginning(by, at, key))


def problems_of_words(revision: Named) -> list[Refusal]:
    """Refuse a name that one of the two languages lacks."""
    if revision.name.strip() and revision.name_zh.strip():
        return []
    field = "name_zh" if revision.name.strip() else "name"
    return [Incomplete(N_("Shoppers need a name in both languages."), field=field)]


def problems_of_number(number: int | None, *, field: str) -> list[Refusal]:
    """Refuse a number of nothing; None is as many as the template allows."""
    if number != 0:
        return []
    return [Incomplete(N_("Nobody could get a coupon with 0; leave it empty for unlimited."), field=field)]


def problems_beyond_template(
    allowed: CouponTemplateRevision | None, *, numbers: Mapping[str, int | None], per_customer: int
) -> list[Refusal]:
    """Refuse more than the template allows; `numbers` are totals of the activity by the name of their field."""
    if allowed is None:
        return []
    asked = [(field, number, allowed.issue_total) for field, number in numbers.items()]
    asked.append(("per_customer", per_customer, allowed.issue_per_customer))
    return [
        Incomplete(N_("The coupon template allows %(most)s only."), field=field, most=most)
        for field, number, most in asked
        if number is not None and most is not None and number > most
    ]


def problems_of_period(revision: Any, template: CouponTemplate, at: datetime) -> list[Refusal]:
    """Refuse a period that is over, a template that is not in force or not handed out in this way, and coupons
    without a fair time to use them.
    """
    if revision.ends_at <= at:
        return [Incomplete(N_("The end lies in the past."), field="ends_at")]
    meant = _template_meant(revision, template)
    if meant is None:
        return [Incomplete(N_("Its coupon template has not been approved."), field="template")]
    try:
        check_channel(template=meant, activity=revision, field="template")
        check_claiming(template=meant, claiming=revision, field="ends_at")
    except Refusal as refusal:
        return [refusal]
    return problems_of_risk(revision, meant)


def problems_of_risk(revision: Any, allowed: CouponTemplateRevision) -> list[Refusal]:
    """Coupons of high value go out under a risk profile: the activity's own, if it can have one, or the template's."""
    return problems_of_value(
        [getattr(revision, "risk_profile", None), allowed.risk_profile],
        face_cents=allowed.face_cents,
        stakes=lambda: stakes_of_template(allowed),
    )


def problems_of_judging(act: str, allowed: CouponTemplateRevision | None) -> list[Refusal]:
    """Refuse coupons of high value whose profile has no rule for this way of giving them: it would judge nobody."""
    if allowed is None or not allowed.risk_profile:
        return []  # without a profile, problems_of_risk speaks
    in_force = RiskProfileRevision.objects.filter(current_of__code=allowed.risk_profile).values_list("rules", flat=True)
    if any(act in rule["acts"] for rules in in_force for rule in rules):
        return []
    if not problems_of_value([], face_cents=allowed.face_cents, stakes=lambda: stakes_of_template(allowed)):
        return []
    text = N_("High value: the risk profile “%(code)s” of this coupon has no rule for it. Add one, or choose another.")
    return [Incomplete(text, field="template", code=allowed.risk_profile)]


def _template_meant(revision: Any, template: CouponTemplate) -> CouponTemplateRevision | None:
    """Return what an activity hands out: what is in force, or, to be handed in with it, what is in review for it."""
    if template.state == ReviewedState.APPROVED:
        return template.current_revision
    if revision.is_open and template.state == ReviewedState.IN_REVIEW:
        return template.revisions.filter(review=ReviewState.IN_REVIEW).first()
    return None


def keep_template(template_id: int, revision: Any) -> None:
    """Lock the template of an activity that is approved, and look at its validity and its issue channels again.

    Template and activity may be approved at the same moment: the later one sees the other.
    """
    locking("template_budget")
    template = CouponTemplate.objects.select_for_update().get(pk=template_id)
    check_channel(template=template.current_revision, activity=revision, field="template")
    check_claiming(template=template.current_revision, claiming=revision, field="ends_at")


def stakes_at_face(template: CouponTemplateRevision | None, number: int | None) -> Stakes:
    """Return what can be handed out at face value: the activity's own number, or what its template may give."""
    if template is None:
        return Stakes(None, None)
    if number is not None and template.face_cents:
        return Stakes(None, number * template.face_cents)
    return Stakes(None, stakes_of_template(template).budget_cents)
