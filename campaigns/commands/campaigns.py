"""Campaigns in review: what keeps a draft from being submitted, and what approval sets up."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands import review
from campaigns.commands.audience import freeze_audience
from campaigns.commands.audience_checks import problems_of_audience
from campaigns.commands.auditing import note_attempt
from campaigns.commands.caps import set_caps
from campaigns.commands.changing import problems_of_change
from campaigns.commands.conflict_gate import ReportNeeded, check_seen
from campaigns.commands.conflicts import prepare_report
from campaigns.commands.contradictions import contradictions_in
from campaigns.commands.load_checks import problems_of_load
from campaigns.commands.review import Review
from campaigns.commands.second_approver import Stakes
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.commands.withdrawal import bring_back_with
from campaigns.depth import depth_of
from campaigns.models import Campaign, CampaignRevision, Decision, Terms
from campaigns.offers import offer_of, scope_of
from campaigns.selectors.benefits import prices_each_sku
from campaigns.selectors.gifts import gifts_without_stock, unknown_gifts
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.named_goods import bought_and_got
from campaigns.selectors.sku_rows import has_no_stock, names_skus, wrong_prices
from campaigns.sources import ask
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

LONGEST = timedelta(days=731)
ANSWERS = ("with_shop_offers", "with_platform_activities", "with_coupons")
FOR_SOME_ONLY = N_("Coupon %(code)s is meant for some customers only, but every order is promised one: choose another.")

PRICES_WRONG = {
    "missing": N_("%(count)s SKUs have no activity price: %(codes)s."),
    "above": N_("%(count)s SKUs have an activity price that is not below the list price: %(codes)s."),
    "below": N_("%(count)s SKUs have an activity price below the floor: %(codes)s."),
}


class Incomplete(Refusal):
    """One thing that a draft lacks or that is wrong with it; `field` names it."""


def problems_of(revision: CampaignRevision, at: datetime) -> list[Refusal]:
    """List everything that keeps a campaign from being submitted or approved."""
    return [
        *problems_of_terms(revision),
        *_problems_of_period(revision, at),
        *problems_of_change(revision, at),
        *_problems_of_counts(revision),
        *_problems_of_rule(revision),
        *_problems_of_gifts(revision),
        *_problems_of_reward(revision),
        *_problems_of_reach(revision),
        *problems_of_load(revision, at),
        *problems_of_audience(revision, shop=revision.campaign.shop),
        *problems_of_goods(revision, shop_id=revision.campaign.shop_id),
        *_problems_of_prices(revision),
        *contradictions_in(revision),
        *ask("risk_problems", revision, default=[]),
    ]


def problems_of_terms(terms: Terms) -> list[Refusal]:
    """List what is missing in the part that campaigns and coupon templates share: names, answers, scope."""
    found: list[Refusal] = []
    if not terms.name.strip() or not terms.name_zh.strip():
        field = "name_zh" if terms.name.strip() else "name"
        found.append(Incomplete(N_("Shoppers need a name in both languages."), field=field))
    if unanswered := [name for name in ANSWERS if getattr(terms, name) is None]:
        found.append(Incomplete(N_("Answer all three stacking questions."), field=unanswered[0]))
    included = any(not row.excluded for row in terms.scopes.all()) or names_skus(terms)
    if not terms.everything and not included:
        found.append(_without_goods(terms))
    return found


def _without_goods(terms: Terms) -> Incomplete:
    if prices_each_sku(terms):
        return Incomplete(N_("Add at least one SKU with its activity price."), field="sku_codes")
    return Incomplete(N_("Choose the products: all of them, or at least one."), field="everything")


def _problems_of_period(revision: CampaignRevision, at: datetime) -> list[Refusal]:
    if revision.starts_at is None or revision.ends_at is None:
        return []  # a sketch: its form tells what is missing, and the database stores none of these
    if revision.ends_at <= at:
        return [Incomplete(N_("The end lies in the past."), field="ends_at")]
    if revision.ends_at - revision.starts_at > LONGEST:
        return [Incomplete(N_("A campaign runs for two years at most."), field="ends_at")]
    return []


def _problems_of_counts(revision: CampaignRevision) -> list[Refusal]:
    names = ("stock_units", "limit_units", "limit_orders", "budget_cents")
    zero = [name for name in names if getattr(revision, name) == 0]
    if has_no_stock(revision):
        zero.append("skus")
    return [Incomplete(N_("Nothing could be sold with 0; leave it empty for unlimited."), field=name) for name in zero]


def _problems_of_rule(revision: CampaignRevision) -> list[Refusal]:
    try:
        got = getattr(offer_of(revision).benefit, "get_scope", None)
    except Refusal as refusal:
        return [refusal]
    bought = scope_of(revision)
    if got is not None and (code := bought_and_got(bought, got)):
        return [Incomplete(N_("“%(code)s” would be bought and got."), field="get_scope", code=code)]
    return []


def _problems_of_gifts(revision: CampaignRevision) -> list[Refusal]:
    try:
        presents = offer_of(revision).benefit.presents
    except Refusal:
        return []  # told as a problem of the rule
    found: list[Refusal] = []
    if unknown := unknown_gifts(presents, shop_id=revision.campaign.shop_id):
        text = N_("No SKU of this owner has the code: %(codes)s.")
        found.append(Incomplete(text, field="gifts", codes=", ".join(unknown)))
    if endless := gifts_without_stock(presents):
        text = N_("Say how many of these gifts are given, so that they can be reserved: %(codes)s.")
        found.append(Incomplete(text, field="gifts", codes=", ".join(endless)))
    return found


def _problems_of_reward(revision: CampaignRevision) -> list[Refusal]:
    """A reward promises a coupon that is given out, a shop one of its own."""
    shop_id, named = revision.campaign.shop_id, _rewarded(revision)
    own = {row.code: row for row in ask("reward_templates", default=[]) if shop_id in (None, row.shop_id)}
    unknown = [(field, code) for field, code in named if code not in own]
    if unknown:
        text = N_("This owner gives out no coupon with the number %(code)s.")
        return [Incomplete(text, field=field, code=str(code)) for field, code in unknown]
    aimed = [(field, code) for field, code in named if own[code].has_audience]
    if aimed:
        return [Incomplete(FOR_SOME_ONLY, field=field, code=str(code)) for field, code in aimed]
    until = min((own[code].earned_until for _, code in named if own[code].earned_until), default=None)
    if until is None or revision.ends_at is None or revision.ends_at <= until:
        return []
    text = N_("Orders can earn this coupon until %(latest_at)s, so that there is time to use it: end earlier.")
    return [Incomplete(text, field="ends_at", latest_at=until.isoformat())]


def _rewarded(revision: CampaignRevision) -> list[tuple[str, Any]]:
    """Return the codes of the coupons that orders are promised, each with the parameter that names it."""
    higher = [("higher", tier["template"]) for tier in revision.params.get("higher") or []]
    named = [("template", revision.params.get("template")), *higher]
    return [(field, code) for field, code in named if code is not None]


def _hold_rewarded(revision_id: int) -> None:
    """Keep the promised coupons as they are until the campaign is in force: an audience of theirs waits for it."""
    named = _rewarded(CampaignRevision.objects.get(pk=revision_id))
    ask("hold_templates", [code for _, code in named])


def _problems_of_reach(revision: CampaignRevision) -> list[Refusal]:
    """Whoever is told something reads it in the own language."""
    texts = {"reach_text": revision.reach_text, "reach_text_zh": revision.reach_text_zh}
    if not (revision.reach_in_site or revision.reach_email):
        return []
    missing = [name for name, text in texts.items() if not text.strip()]
    return [Incomplete(N_("Write the message on start in both languages."), field=name) for name in missing[:1]]


def problems_of_goods(terms: Terms, *, shop_id: int | None) -> list[Refusal]:
    """What a shop offers names that shop's goods only; no shop = the platform."""
    if shop_id is None:
        return []
    skus = terms.skus.filter(excluded=False).exclude(sku__product__shop=shop_id)
    scopes = terms.scopes.filter(excluded=False)
    foreign = [
        *(row.sku.code for row in skus.select_related("sku")),
        *(row.product.code for row in scopes.exclude(product=None).exclude(product__shop=shop_id)),
        *(row.shop.code for row in scopes.exclude(shop=None).exclude(shop=shop_id)),
    ]
    if not foreign:
        return []
    return [Incomplete(N_("Not this shop's own: %(codes)s."), field="skus", codes=", ".join(foreign[:5]))]


def _problems_of_prices(revision: CampaignRevision) -> list[Refusal]:
    """Where each SKU has a price of its own, every one needs it: below its list price and not below its floor."""
    if not prices_each_sku(revision):
        return []
    return [
        Incomplete(PRICES_WRONG[wrong.why], field="sku_codes", count=wrong.count, codes=", ".join(wrong.first))
        for wrong in wrong_prices(revision)
    ]


def _put_in_force(campaign: Campaign, revision: CampaignRevision) -> None:
    bring_back_with(campaign, revision)
    set_caps(campaign=campaign, revision=revision)
    freeze_audience(revision, at=revision.approvals.filter(decision=Decision.APPROVED).latest("pk").at)


def stakes_of(revision: CampaignRevision) -> Stakes:
    """Return the deepest cut of a campaign and its budget. A constant number of queries."""
    try:
        offer = offer_of(revision)
    except Refusal:
        return Stakes(None, revision.budget_cents)  # told as a problem of the rule
    skus = skus_taken_by(revision, shop_id=revision.campaign.shop_id)
    return Stakes(depth_of(offer, revision, skus), revision.budget_cents)


CAMPAIGN_REVIEW = Review(
    CAMPAIGNS, problems_of=problems_of, put_in_force=_put_in_force, stakes_of=stakes_of, hold=_hold_rewarded
)


def submit_campaign(*, revision_id: int, by: AbstractBaseUser, at: datetime) -> None:
    """Hand a draft in, with its conflict report made or asked for; see review.submit."""
    prepare_report(revision_id=revision_id, by=by, at=at)
    review.submit(CAMPAIGN_REVIEW, revision_id=revision_id, by=by, at=at)


def approve_campaign(
    *, revision_id: int, seen_hash: str, by: AbstractBaseUser, at: datetime, comment: str = ""
) -> None:
    """Approve a submitted revision whose conflict report holds; see review.approve and conflict_gate."""
    try:
        check_seen(revision_id=revision_id, at=at)
    except ReportNeeded as refusal:
        campaign = Campaign.objects.get(revisions=revision_id)
        note_attempt(campaign, act="approve", why=refusal, by=by, at=at, reason=comment)
        raise
    finally:
        prepare_report(revision_id=revision_id, by=by, at=at)
    review.approve(CAMPAIGN_REVIEW, revision_id=revision_id, seen_hash=seen_hash, by=by, at=at, comment=comment)


def reject_campaign(*, revision_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Send a submitted revision back with a reason; see review.reject."""
    review.reject(CAMPAIGN_REVIEW, revision_id=revision_id, by=by, at=at, reason=reason)
