"""Between a form and a template's revision: cleaned figures to stored content, and back."""

from collections.abc import Mapping
from typing import Any

from campaigns.commands.drafting import Content
from campaigns.forms.campaign_content import goods_from, initial_goods
from campaigns.forms.goods import LIST_PRICES
from campaigns.forms.goods_of_rule import rows_named
from campaigns.forms.rule_fields import initial_of, params_from
from coupons.face import face_cents_of
from coupons.forms.conditions import conditions_from, initial_conditions
from coupons.models import CouponTemplateRevision, Validity
from pricing.engine.money import WHOLE_BP
from pricing.engine.registry import load_benefit
from pricing.engine.rules import Benefit

ANSWERS = ("with_shop_offers", "with_platform_activities", "with_coupons")
PER_MINUTE = ("most_per_minute", "most_cents_per_minute")
SHOWN = ("starts_after_days", "platform_share_bp")
ISSUE_AUDIENCE = ("new_to", "audience")
COLUMNS = (
    "name", "name_zh", "badge", "badge_zh", "description", "description_zh", "priority", "everything", *ANSWERS,
    "exclusivity_group", "threshold_on", "refund_policy", "budget_cents", "validity", "valid_from", "valid_until",
    "valid_days", "issue_total", "issue_per_customer", "risk_profile", "issue_channels", *PER_MINUTE,
    *LIST_PRICES,
)  # fmt: skip


def content_from(
    cleaned: Mapping[str, Any], benefit: type[Benefit], *, revision: CouponTemplateRevision | None
) -> Content:
    """Return what a draft shall say, from the cleaned values of a template form."""
    params = params_from(benefit, cleaned)
    share_bp = cleaned["platform_share_bp"]
    owner_pays_bp = 0 if cleaned["shop"] else WHOLE_BP
    # Where coupon and claiming are set up together, the claim says whom it is for.
    aimed = {name: cleaned[name] for name in ISSUE_AUDIENCE if name in cleaned}
    fields = (
        {name: cleaned[name] for name in COLUMNS}
        | aimed
        | {
            "benefit_code": benefit.CODE,
            "params": params,
            "conditions": conditions_from(cleaned, kept=revision.conditions if revision else []),
            "starts_after_days": cleaned["starts_after_days"] or 0,
            "face_cents": _face_cents(cleaned, benefit, params),
            "platform_share_bp": owner_pays_bp if share_bp is None else share_bp,
        }
    )
    # The other kind of validity is not kept: a reader of the row could take it for a promise.
    dropped = (
        {"valid_days": None, "starts_after_days": 0}
        if cleaned["validity"] == Validity.FIXED
        else {"valid_from": None, "valid_until": None}
    )
    return Content(fields=fields | dropped, rows=rows_named(benefit, params) or goods_from(cleaned))


def initial_from(revision: CouponTemplateRevision) -> dict[str, Any]:
    """Return the initial values of the form for a stored revision."""
    initial = {name: getattr(revision, name) for name in (*COLUMNS, *ISSUE_AUDIENCE, *SHOWN)}
    initial |= {name: {True: "yes", False: "no", None: None}[getattr(revision, name)] for name in ANSWERS}
    initial |= {"shop": revision.template.shop_id, "face_cents": revision.face_cents or None}
    return initial | initial_of(revision.params) | initial_conditions(revision.conditions) | initial_goods(revision)


def _face_cents(cleaned: Mapping[str, Any], benefit: type[Benefit], params: Mapping[str, Any]) -> int:
    if cleaned.get("face_cents"):
        return cleaned["face_cents"]
    return face_cents_of(load_benefit(benefit.CODE, params)) or 0
