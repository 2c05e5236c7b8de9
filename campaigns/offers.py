"""Campaign row -> engine Offer; the only translation. Coupon templates share the part about their terms."""

from typing import Any

from campaigns.leaving_out import benefit_without, scope_without
from campaigns.lifecycle import CampaignState
from campaigns.models import Aimed, CampaignRevision, ReviewState, ScopeRow, Terms
from campaigns.selectors.benefits import benefit_of
from campaigns.selectors.named_skus import NamedSkus, named_skus
from pricing.engine.conditions.audience import InAudience
from pricing.engine.errors import WrongParams
from pricing.engine.layers import PLATFORM, STAGE_OF, STAGES, Layer
from pricing.engine.messages import N_
from pricing.engine.money import WHOLE_BP
from pricing.engine.offer import Offer
from pricing.engine.registry import BENEFITS, load_condition
from pricing.engine.rules import Condition
from pricing.engine.scope import Scope
from pricing.models import Shop

SHIPPING = frozenset({"shipping:shop", "shipping:platform"})
GOODS_LAYERS = ("item", "multi", "order")


def offer_of(revision: CampaignRevision) -> Offer:
    """Return what the engine sees of a revision.

    Raises WrongParams, naming the field, for rules that cannot be used. No query if campaign, shop, scopes and what
    was withdrawn are there already (selectors.running.with_offer_parts), and the SKUs
    (selectors.named_skus.with_named_skus).
    """
    return _offer_without(revision, _withdrawn_from(revision))


def whole_offer_of(revision: CampaignRevision) -> Offer:
    """Return the offer as if nothing had been withdrawn from it: what is out may come back. Raises WrongParams."""
    return _offer_without(revision, [])


def _offer_without(revision: CampaignRevision, withdrawn: list[str]) -> Offer:
    campaign, named = revision.campaign, named_skus(revision)
    terms = terms_of(revision, layer=layer_of(revision.layer), shop=campaign.shop, named=named)
    is_whole = _leave_out(terms, withdrawn)
    return Offer(
        id=campaign.offer_id,
        name=revision.name,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        paused=campaign.state == CampaignState.PAUSED or not is_whole,
        limited_units=revision.stock_units is not None or named.has_stocks,
        limited_uses=revision.limit_units is not None or revision.limit_orders is not None or named.has_limits,
        budgeted=revision.budget_cents is not None,
        **terms | {"conditions": (*terms["conditions"], *audience_conditions(revision, campaign.offer_id))},
    )


def audience_conditions(aimed: Aimed, offer_id: str) -> tuple[Condition, ...]:
    """Return the condition that asks for an offer's audience, if anybody is left out; it has the offer's name."""
    return (InAudience(offer_id),) if aimed.has_audience else ()


def _withdrawn_from(revision: CampaignRevision) -> list[str]:
    """The SKUs that are out; a version that is not yet in force may say that they come back with it."""
    if revision.review != ReviewState.APPROVED and not revision.keeps_withdrawn:
        return []
    return [row.sku.code for row in revision.campaign.withdrawn.all()]


def _leave_out(terms: dict[str, Any], withdrawn: list[str]) -> bool:
    """Take SKUs out of the terms; False where the rule cannot do without them."""
    left = benefit_without(terms["benefit"], withdrawn)
    terms["benefit"] = left or terms["benefit"]
    terms["scope"] = scope_without(terms["scope"], withdrawn)
    return left is not None


def terms_of(terms: Terms, *, layer: Layer, shop: Shop | None, named: NamedSkus | None = None) -> dict[str, Any]:
    """Return the fields of an Offer that campaigns and coupon templates have in common; no shop = the platform.

    `named`: the SKU rows of the terms, where the caller has read them.
    """
    owner = shop.code if shop else PLATFORM
    named = named_skus(terms) if named is None else named
    return {
        "layer": layer,
        "owner": owner,
        "benefit": benefit_of(terms, named),
        "conditions": conditions_of(terms),
        "scope": scope_of(terms, named),
        "priority": terms.priority,
        "combines_with": admitted_terms(terms, layer=layer, owner=owner),
        "group": terms.exclusivity_group or None,
        "exclusive": terms.exclusive,
        "mandatory": terms.mandatory,
        "funding": funding_of(terms, owner=owner),
        "threshold_on": terms.threshold_on,
        "refund_policy": terms.refund_policy,
    }


def layer_of(code: str) -> Layer:
    """Return the layer that a row names. Raises WrongParams."""
    try:
        return Layer(code)
    except ValueError:
        raise WrongParams(N_("There is no layer called %(code)s."), field="layer", code=code) from None


def conditions_of(terms: Terms) -> tuple[Condition, ...]:
    """Return the conditions stored as [{"code": …, "params": {…}}]. Raises WrongParams."""
    rows = terms.conditions
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) == {"code", "params"} for row in rows):
        raise WrongParams(N_("Conditions are a list of codes with parameters."), field="conditions")
    return tuple(load_condition(row["code"], row["params"]) for row in rows)


def admitted_terms(terms: Terms, *, layer: Layer, owner: str) -> frozenset[str]:
    """Return the (layer, owner) terms that the three answers admit. What is not answered is not admitted."""
    admitted = set(SHIPPING)
    if terms.with_shop_offers:
        admitted |= {f"{name}:shop" for name in GOODS_LAYERS}
    if terms.with_platform_activities:
        admitted |= {f"{name}:platform" for name in GOODS_LAYERS}
    if terms.with_coupons:
        admitted |= {"coupon:shop", "coupon:platform"}
    if not terms.admits_own_layer and BENEFITS[terms.benefit_code].TAKES_LINES:  # who takes no line shares none
        own_term = f"{layer.value}:{PLATFORM if owner == PLATFORM else 'shop'}"
        admitted -= set(STAGES[STAGE_OF[own_term]])
    return frozenset(admitted)


def funding_of(terms: Terms, *, owner: str) -> tuple[tuple[str, int], ...]:
    """Return who pays which part, in basis points. Raises WrongParams where no shop is there to pay the rest."""
    platform_bp = terms.platform_share_bp
    if owner == PLATFORM:
        if platform_bp != WHOLE_BP:
            raise WrongParams(N_("What the platform offers, the platform pays in full."), field="platform_share_bp")
        return ((PLATFORM, WHOLE_BP),)
    return ((PLATFORM, platform_bp), (owner, WHOLE_BP - platform_bp))


def scope_of(terms: Terms, named: NamedSkus | None = None) -> Scope:
    """Return the scope that a row and its children describe; `named`: its SKU rows, where the caller has read them.

    Raises WrongParams for exclusions that the engine does not know, and for a range that holds no list price.
    """
    found: dict[str, set[str]] = {}
    for row in terms.scopes.all():
        kind, code = _named_by(row)
        found.setdefault(f"excluded_{kind}" if row.excluded else kind, set()).add(code)
    named = named_skus(terms) if named is None else named
    if "excluded_shops" in found or "excluded_kinds" in found:
        raise WrongParams(N_("Only categories, products and SKUs can be left out."), field="excluded")
    return Scope(
        everything=terms.everything,
        least_list_cents=terms.least_list_cents,
        most_list_cents=terms.most_list_cents,
        skus=named.chosen,
        excluded_skus=named.left_out,
        **{name: frozenset(codes) for name, codes in found.items()},
    )


def _named_by(row: ScopeRow) -> tuple[str, str]:
    if row.shop:
        return "shops", row.shop.code
    if row.category:
        return "categories", row.category.code
    if row.product:
        return "products", row.product.code
    return "kinds", row.kind
