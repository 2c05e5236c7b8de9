"""Campaigns with their revisions and reviews, what they may still give, and the customers they reach."""

from campaigns.models.audience import Aimed, FrozenAudience, FrozenMember, NewTo
from campaigns.models.audit import AuditEntry, AuditOutcome
from campaigns.models.budget import CampaignBudget, CampaignBudgetEntry
from campaigns.models.campaign import (
    Campaign,
    CampaignApproval,
    CampaignRevision,
    CampaignScope,
    CampaignSku,
    CampaignTransition,
    Goal,
    LimitIdentity,
    LimitPeriod,
)
from campaigns.models.conflict_report import ConflictLimits, ConflictReport, ConflictRow
from campaigns.models.customer import Customer
from campaigns.models.festival import Festival
from campaigns.models.gift_stock import GiftEntry, GiftStock
from campaigns.models.guarded import Alarm, AlarmKind, SoldOut
from campaigns.models.intervention import (
    ABOUT_SKUS,
    AT_ONCE,
    Deed,
    Intervention,
    InterventionSku,
    Outcome,
    WithdrawnSku,
)
from campaigns.models.level import LevelChange, MemberLevel
from campaigns.models.limit import LimitUse, SkuLimitUse
from campaigns.models.load_test import LoadTest
from campaigns.models.phase_change import PhaseChange
from campaigns.models.reach import ContactWish, Reach, ReachChannel, ReachOutcome, ReachWave, ShopperMessage
from campaigns.models.review import Approval, Decision, Transition
from campaigns.models.review_limit import ReviewLimit
from campaigns.models.reviewed import Reviewed
from campaigns.models.revision import SKETCH_ID, ReviewState, Revision
from campaigns.models.saved_view import SavedView
from campaigns.models.segment import CustomerList, ListMember, Segment
from campaigns.models.staff_notice import StaffNotice
from campaigns.models.stock import StockBucket, StockEntry
from campaigns.models.tag import CustomerTag, Tag, TagCategory, TagChange, TagSource
from campaigns.models.terms import Exclusive, RefundPolicy, ScopeRow, SkuRow, Terms, ThresholdBasis

__all__ = [
    "LoadTest",
    "AuditEntry",
    "AuditOutcome",
    "ABOUT_SKUS",
    "AT_ONCE",
    "Aimed",
    "Alarm",
    "AlarmKind",
    "ShopperMessage",
    "ReachWave",
    "ReachOutcome",
    "ReachChannel",
    "Reach",
    "ContactWish",
    "Approval",
    "Campaign",
    "CampaignApproval",
    "CampaignBudget",
    "CampaignBudgetEntry",
    "CampaignRevision",
    "CampaignScope",
    "CampaignSku",
    "CampaignTransition",
    "ConflictLimits",
    "ConflictReport",
    "ConflictRow",
    "Customer",
    "CustomerList",
    "CustomerTag",
    "Decision",
    "Deed",
    "Exclusive",
    "Festival",
    "FrozenAudience",
    "FrozenMember",
    "GiftEntry",
    "GiftStock",
    "Goal",
    "Intervention",
    "InterventionSku",
    "LimitIdentity",
    "LimitPeriod",
    "LimitUse",
    "ListMember",
    "LevelChange",
    "MemberLevel",
    "NewTo",
    "Outcome",
    "PhaseChange",
    "RefundPolicy",
    "ReviewLimit",
    "SKETCH_ID",
    "ReviewState",
    "Reviewed",
    "Revision",
    "ScopeRow",
    "SavedView",
    "Segment",
    "SkuLimitUse",
    "SkuRow",
    "SoldOut",
    "StaffNotice",
    "StockBucket",
    "StockEntry",
    "Tag",
    "TagCategory",
    "TagChange",
    "TagSource",
    "Terms",
    "ThresholdBasis",
    "Transition",
    "WithdrawnSku",
]
