"""A revision as labelled texts: for its page, and for what an approver sees changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.admin.reach import reach_texts
from campaigns.admin.sku_changes import changes_of_long_lists
from campaigns.audience_wording import audience_words, membership_words
from campaigns.forms.campaign_form import LAYER_LABELS
from campaigns.forms.gifts import gift_texts
from campaigns.forms.named_goods import names_in
from campaigns.forms.reward_tiers import reward_tier_texts
from campaigns.forms.target import target_text
from campaigns.models import Aimed, CampaignRevision, ReviewState
from campaigns.selectors.goods import risk_of
from campaigns.selectors.interventions import withdrawn_skus
from campaigns.selectors.sku_rows import first_rows
from campaigns.sources import ask
from campaigns.wording import moment, range_text, rule_sentences, shortened, stacking_sentence
from pricing.engine.errors import Refusal
from pricing.engine.layers import Layer
from pricing.engine.money import WHOLE_BP
from pricing.engine.registry import BENEFITS, LABELS
from pricing.models import Shop, Sku
from pricing.wording import money_text, plain_percent, say

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled text of a revision."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a revision would change."""

    label: str
    before: str
    after: str


def facts_of(revision: CampaignRevision) -> list[Fact]:
    """Return everything that a revision says, in the order of the form."""
    return [
        *_names(revision),
        Fact(_("Starts at"), moment(revision.starts_at)),
        Fact(_("Ends at"), moment(revision.ends_at)),
        Fact(_("Announced from"), moment(revision.warm_up_at) if revision.warm_up_at else _("not announced")),
        *_rule(revision),
        *goods_facts(revision),
        *_withdrawn(revision),
        *audience_facts(revision, shop=revision.campaign.shop),
        Fact(_("Combination"), stacking_sentence(revision)),
        Fact(_("Exclusivity group"), revision.exclusivity_group or _("none")),
        *_caps(revision),
        *_guards(revision),
        Fact(_("When a part is sent back"), revision.get_refund_policy_display()),
        *(Fact(label, text) for label, text in reach_texts(revision)),
        Fact(_("Funding"), _funding(revision)),
        Fact(_("Goal"), revision.get_goal_display()),
        Fact(_("Target"), target_text(revision.goal, revision.goal_figure)),
        Fact(_("Priority"), str(revision.priority)),
    ]


def changes_between(before: CampaignRevision | None, after: CampaignRevision) -> list[Change]:
    """Return what is different in words; everything, if nothing is in force yet."""
    old = {fact.label: fact.text for fact in facts_of(before)} if before else {}
    changed = [
        Change(fact.label, old.get(fact.label, ""), fact.text)
        for fact in facts_of(after)
        if old.get(fact.label) != fact.text
    ]
    lists = changes_of_long_lists(before, after) if before else []
    return changed + [Change(*texts) for texts in lists]


def risk_shown(revision: CampaignRevision) -> dict[str, Any]:
    """Return the risk of a revision and its worst rows as texts. Raises WrongParams."""
    risk = risk_of(revision)
    worst = Sku.objects.select_related("product").in_bulk([found.sku.pk for found in risk.below_cost[:SHOWN]])
    rows = [
        (str(worst[found.sku.pk]), *map(money_text, (found.sku.list_cents, found.price_cents, found.sku.cost_cents)))
        for found in risk.below_cost[:SHOWN]
    ]
    return {"risk": risk, "risk_rows": rows}


def _names(revision: CampaignRevision) -> Iterable[Fact]:
    yield Fact(_("Name"), revision.name)
    yield Fact(_("Chinese name"), revision.name_zh)
    yield Fact(_("Badge"), " / ".join(filter(None, [revision.badge, revision.badge_zh])) or _("none"))
    descriptions = "\n".join(filter(None, [revision.description, revision.description_zh]))
    yield Fact(_("Description"), descriptions or _("none"))


def _rule(revision: CampaignRevision) -> Iterable[Fact]:
    label = LABELS.get(revision.benefit_code)
    yield Fact(_("Kind"), _(label) if label else revision.benefit_code)
    try:
        yield Fact(_("Rule"), "\n".join(rule_sentences(revision)))
    except Refusal as refusal:
        yield Fact(_("Rule"), say(refusal))
    if got := revision.params.get("get_scope"):
        yield Fact(_("Goods to get"), "; ".join(shortened(names) for names in names_in(got)))
    if gifts := revision.params.get("gifts"):
        yield Fact(_("Gifts"), "\n".join(gift_texts(gifts)))
    if template := revision.params.get("template"):
        names = {row.code: row.name for row in ask("reward_templates", default=[])}
        yield Fact(_("Coupon template"), f"{template} · {names.get(template, '?')}")
        if higher := revision.params.get("higher"):
            yield Fact(_("Better coupons"), "\n".join(reward_tier_texts(higher)))
        spent = _("stays with the shopper") if revision.params.get("keep_spent") else _("is deducted from the refund")
        yield Fact(_("Used, and then too little is kept"), spent)
    if label and not BENEFITS[revision.benefit_code].TAKES_LINES:
        return
    if revision.layer in set(Layer):
        yield Fact(_("It reduces"), str(LAYER_LABELS.get(Layer(revision.layer), revision.layer)))
    yield Fact(_("Thresholds are measured on"), revision.get_threshold_on_display())


def audience_facts(aimed: Aimed, *, shop: Shop | None) -> Iterable[Fact]:
    """Yield whom it is for, and whether that is settled at approval; for everything that has an audience."""
    yield Fact(_("Audience"), audience_words(aimed, shop=shop))
    if kept := membership_words(aimed):
        yield Fact(_("Who belongs"), kept)


def goods_facts(revision: Any) -> Iterable[Fact]:
    """Yield what is chosen and what is left out, for campaigns and coupon templates alike."""
    scopes = list(revision.scopes.select_related("shop", "category", "product"))
    (rows, count), (out, out_count) = first_rows(revision, excluded=False), first_rows(revision, excluded=True)
    chosen = [str(row) for row in scopes if not row.excluded]
    codes = [_with_figures(row) for row in rows]
    if revision.everything:
        chosen.insert(0, _("all products"))
    yield Fact(_("Products"), "; ".join(filter(None, [*chosen, shortened(codes, count)])) or _("none yet"))
    yield Fact(_("List price"), range_text(revision.least_list_cents, revision.most_list_cents))
    left_out = [str(row) for row in scopes if row.excluded]
    listed = shortened([*left_out, *(row.sku.code for row in out)], len(left_out) + out_count)
    yield Fact(_("Left out"), listed or _("nothing"))


def _withdrawn(revision: CampaignRevision) -> Iterable[Fact]:
    """What this version says about SKUs that were taken out of the running campaign."""
    codes = list(withdrawn_skus(revision.campaign).values_list("code", flat=True))
    if codes and revision.review != ReviewState.APPROVED:
        back = _("they come back with this version") if not revision.keeps_withdrawn else _("they stay out")
        yield Fact(_("Taken out"), f"{shortened(codes)}: {back}")
    elif codes:
        yield Fact(_("Taken out"), shortened(codes))


def _with_figures(row: Any) -> str:
    """A SKU with its price and its stock, where it has them: TEA ¥79 (20)."""
    price = "" if row.price_cents is None else f" {money_text(row.price_cents)}"
    return f"{row.sku.code}{price}" + ("" if row.stock_units is None else f" ({row.stock_units})")


def _caps(revision: CampaignRevision) -> Iterable[Fact]:
    yield Fact(_("Activity stock"), _or_unlimited(revision.stock_units))
    yield Fact(_("Pieces per shopper"), _or_unlimited(revision.limit_units))
    yield Fact(_("Orders per shopper"), _or_unlimited(revision.limit_orders))
    if revision.limit_units is not None or revision.limit_orders is not None:
        yield Fact(_("Limits count"), revision.get_limit_period_display())
        yield Fact(_("Limits ask for"), revision.get_limit_identity_display())
    budget = revision.budget_cents
    yield Fact(_("Budget"), _("unlimited") if budget is None else money_text(budget))
    ended = _("it stays ended") if revision.stays_ended else _("it goes on when pieces or budget come back")
    yield Fact(_("Once sold out"), ended)


def _guards(revision: CampaignRevision) -> Iterable[Fact]:
    limits = {
        _("prices below cost"): revision.guards_cost,
        _("losses above %(cents)s"): revision.loss_limit_cents,
        _("units below %(share)s %% of the list price"): revision.lowest_share_bp,
        _("more than %(cents)s of discount within an hour"): revision.hourly_limit_cents,
    }
    told = [
        text if limit is True else text % {"cents": money_text(limit), "share": plain_percent(limit)}
        for text, limit in limits.items()
        if limit
    ]
    yield Fact(_("Watched for"), "; ".join(told) or _("nothing"))
    if told:
        yield Fact(_("Beyond it"), _("interrupt at once") if revision.guard_pauses else _("tell people"))
    yield risk_fact(revision)


def risk_fact(revision: Any) -> Fact:
    """Return which risk profile judges who gets this, for everything that can name one."""
    names = dict(ask("risk_profiles", default=[])) if revision.risk_profile else {}
    return Fact(_("Risk profile"), str(names.get(revision.risk_profile, revision.risk_profile)) or _("none"))


def _or_unlimited(cap: int | None) -> str:
    return _("unlimited") if cap is None else str(cap)


def _funding(revision: CampaignRevision) -> str:
    shares = {_("platform"): revision.platform_share_bp}
    if shop := revision.campaign.shop:
        shares[shop.local_name] = WHOLE_BP - revision.platform_share_bp
    return ", ".join(f"{who} {plain_percent(share_bp)} %" for who, share_bp in shares.items() if share_bp)
