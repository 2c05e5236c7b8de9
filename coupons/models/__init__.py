"""Templates define, claim campaigns hand out, the wallet holds: three things that never mix."""

from coupons.models.budget import BudgetMove, TemplateBudget, TemplateBudgetEntry
from coupons.models.claim_campaign import (
    ClaimCampaign,
    ClaimCampaignApproval,
    ClaimCampaignRevision,
    ClaimCampaignTransition,
    ClaimCount,
    Position,
)
from coupons.models.claim_place import ClaimPlaceCount, Partner, PopUpShown
from coupons.models.code import Code, CodeCount, CodeTry, CodeUse
from coupons.models.code_pool import CodeKind, CodePool, CodePoolApproval, CodePoolRevision, CodePoolTransition
from coupons.models.compensation import Compensation, CompensationDay, CompensationLimit, CompensationState
from coupons.models.coupon import Coupon, CouponEvent, Route
from coupons.models.grant import (
    CouponGrant,
    CouponGrantApproval,
    CouponGrantRevision,
    CouponGrantTransition,
    GrantList,
    GrantResult,
    GrantRow,
)
from coupons.models.issue_count import IssueCount
from coupons.models.lottery import Lottery, LotteryApproval, LotteryPrize, LotteryRevision, LotteryTransition
from coupons.models.lottery_draw import DrawCount, LotteryDraw, PrizeCount
from coupons.models.member_gift import (
    GiftDue,
    MemberGift,
    MemberGiftApproval,
    MemberGiftRevision,
    MemberGiftTransition,
    Occasion,
)
from coupons.models.reminder import CouponReminder, LetterState, RemindedCoupon, ReminderWish
from coupons.models.risk_attempt import BlockKind, RiskAct, RiskAttempt, RiskBlock, RiskOutcome
from coupons.models.risk_case import CaseState, RiskCase, RiskCaseMove
from coupons.models.risk_profile import (
    RiskLimit,
    RiskProfile,
    RiskProfileApproval,
    RiskProfileRevision,
    RiskProfileTransition,
)
from coupons.models.template import (
    CouponTemplate,
    CouponTemplateApproval,
    CouponTemplateRevision,
    CouponTemplateScope,
    CouponTemplateSku,
    CouponTemplateTransition,
    IssueChannel,
    Validity,
)

__all__ = [
    "BlockKind",
    "BudgetMove",
    "CaseState",
    "ClaimCampaign",
    "ClaimCampaignApproval",
    "ClaimCampaignRevision",
    "ClaimCampaignTransition",
    "ClaimCount",
    "ClaimPlaceCount",
    "Code",
    "CodeCount",
    "CodeKind",
    "CodePool",
    "CodePoolApproval",
    "CodePoolRevision",
    "CodePoolTransition",
    "CodeTry",
    "CodeUse",
    "Compensation",
    "CompensationDay",
    "CompensationLimit",
    "CompensationState",
    "Coupon",
    "CouponEvent",
    "CouponGrant",
    "CouponGrantApproval",
    "CouponGrantRevision",
    "CouponGrantTransition",
    "CouponReminder",
    "CouponTemplate",
    "CouponTemplateApproval",
    "CouponTemplateRevision",
    "CouponTemplateScope",
    "CouponTemplateSku",
    "CouponTemplateTransition",
    "DrawCount",
    "GiftDue",
    "GrantList",
    "GrantResult",
    "GrantRow",
    "IssueChannel",
    "IssueCount",
    "LetterState",
    "Lottery",
    "LotteryApproval",
    "LotteryDraw",
    "LotteryPrize",
    "LotteryRevision",
    "LotteryTransition",
    "MemberGift",
    "MemberGiftApproval",
    "MemberGiftRevision",
    "MemberGiftTransition",
    "Occasion",
    "Partner",
    "PopUpShown",
    "Position",
    "PrizeCount",
    "RemindedCoupon",
    "ReminderWish",
    "RiskAct",
    "RiskAttempt",
    "RiskBlock",
    "RiskCase",
    "RiskCaseMove",
    "RiskLimit",
    "RiskOutcome",
    "RiskProfile",
    "RiskProfileApproval",
    "RiskProfileRevision",
    "RiskProfileTransition",
    "Route",
    "TemplateBudget",
    "TemplateBudgetEntry",
    "Validity",
]
