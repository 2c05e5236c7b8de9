"""Between a form and a revision: cleaned figures to stored content, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext

from campaigns.commands.drafting import Content
from campaigns.forms.aim import FROZEN, initial_aim
from campaigns.forms.goods import LIST_PRICES, LISTED_AS_TEXT
from campaigns.forms.goods_of_rule import rows_named
from campaigns.forms.guards import GUARDS
from campaigns.forms.places import initial_places
from campaigns.forms.reach import REACH
from campaigns.forms.rule_fields import initial_of, layers_of, params_from
from campaigns.forms.sku_table import LONG_LIST
from campaigns.forms.target import typed_target
from campaigns.models import CampaignRevision, LimitIdentity
from campaigns.sku_list.judging import Entry
from pricing.engine.benefits.sku_prices import SkuPrices
from pricing.engine.money import WHOLE_BP
from pricing.engine.rules import Benefit

COLUMNS = (
    "name", "name_zh", "badge", "badge_zh", "description", "description_zh", "goal", "goal_figure", "priority",
    "starts_at", "ends_at", "warm_up_at", "everything", "with_shop_offers", "with_platform_activities",
    "with_coupons", "exclusivity_group", "stock_units", "limit_units", "limit_orders", "limit_period", "limit_identity",
    "budget_cents", "refund_policy", "new_to", *LIST_PRICES, *REACH, *GUARDS,
)  # fmt: skip
# form field -> (column of a scope row, left out?)
SCOPE_FIELDS = {
    "shops": ("shop_id", False),
    "categories": ("category_id", False),
    "products": ("product_id", False),
    "excluded_categories": ("category_id", True),
    "excluded_products": ("product_id", True),
}


def content_from(cleaned: Mapping[str, Any], benefit: type[Benefit]) -> Content:
    """Return what a draft shall say, from the cleaned values of a campaign form."""
    share_bp = cleaned["platform_share_bp"]
    owner_pays_bp = 0 if cleaned["shop"] else WHOLE_BP
    params = params_from(benefit, cleaned)
    fields = {name: cleaned.get(name) for name in COLUMNS} | {
        "benefit_code": benefit.CODE,
        "conditions": cleaned.get("conditions") or [],
        "audience": cleaned.get("audience") or {},
        "audience_frozen": cleaned.get("audience_frozen") == FROZEN,
        "params": params,
        "layer": cleaned.get("layer") or layers_of(benefit)[0].value,
        "threshold_on": cleaned.get("threshold_on") or "net",
        "limit_identity": cleaned.get("limit_identity") or LimitIdentity.MEMBER,
        "platform_share_bp": owner_pays_bp if share_bp is None else share_bp,
        "keeps_withdrawn": cleaned.get("keeps_withdrawn", True),
        "stays_ended": bool(cleaned.get("stays_ended")),
    }
    return Content(fields=fields, rows=rows_named(benefit, params) or goods_from(cleaned))


def initial_from(revision: CampaignRevision) -> dict[str, Any]:
    """Return the initial values of the form for a stored revision."""
    answers = ("with_shop_offers", "with_platform_activities", "with_coupons")
    initial = {
        name: getattr(revision, name)
        for name in (*COLUMNS, "layer", "threshold_on", "platform_share_bp", "keeps_withdrawn", "stays_ended")
    }
    initial |= {name: {True: "yes", False: "no", None: None}[getattr(revision, name)] for name in answers}
    initial |= initial_of(revision.params) | {"shop": revision.campaign.shop_id}
    initial |= initial_aim(revision) | initial_places(revision.conditions)
    initial["goal_figure"] = typed_target(revision.goal, revision.goal_figure)
    return initial | initial_goods(revision)


def goods_from(cleaned: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of scopes and SKUs that the choosers say."""
    rows = {"scopes": list(_scopes(cleaned))}
    return rows if cleaned.get("keeps_list") else rows | {"skus": list(_skus(cleaned))}


def initial_goods(revision: Any) -> dict[str, Any]:
    """Return the initial values of the choosers for the scopes and SKUs of a revision."""
    initial: dict[str, Any] = {}
    scopes = list(revision.scopes.all())
    for name, (column, excluded) in SCOPE_FIELDS.items():
        found = [getattr(row, column) for row in scopes if row.excluded == excluded]
        initial[name] = [key for key in found if key is not None]
    initial["kinds"] = [row.kind for row in scopes if row.kind]
    return initial | _initial_skus(revision)


def check_period(form: forms.Form, cleaned: Mapping[str, Any]) -> None:
    """Add what is wrong with the period to the form."""
    starts_at, ends_at, warm_up_at = (cleaned.get(name) for name in ("starts_at", "ends_at", "warm_up_at"))
    if starts_at and ends_at and ends_at <= starts_at:
        form.add_error("ends_at", gettext("The end must be later than the start."))
    if starts_at and warm_up_at and warm_up_at > starts_at:
        form.add_error("warm_up_at", gettext("A campaign is announced before it starts."))


def _initial_skus(revision: Any) -> dict[str, Any]:
    if revision.skus.count() > LONG_LIST:
        return {}
    rows = list(revision.skus.select_related("sku").order_by("sku__code"))
    if getattr(revision, "benefit_code", "") == SkuPrices.CODE:
        return {"sku_codes": rows}
    chosen = [row for row in rows if not row.excluded]
    as_text = len(chosen) > LISTED_AS_TEXT
    listed = [row for row in chosen if as_text or row.stock_units is not None or row.limit_units is not None]
    return {
        "skus": [row.sku_id for row in chosen if row not in listed],
        "sku_codes": listed,
        "excluded_skus": [row.sku_id for row in rows if row.excluded],
    }


def _scopes(cleaned: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for name, (column, excluded) in SCOPE_FIELDS.items():
        for chosen in cleaned.get(name) or ():
            yield {column: chosen.pk, "excluded": excluded}
    for kind in cleaned.get("kinds") or ():
        yield {"kind": kind}


def _skus(cleaned: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    chosen = {sku.pk: {} for sku in cleaned.get("skus") or ()}
    chosen |= {sku.pk: _columns(said) for sku, said in cleaned["sku_codes"].items()}
    left_out = {sku.pk for sku in cleaned.get("excluded_skus") or ()}
    for sku_id, columns in chosen.items():
        if sku_id not in left_out:
            yield {"sku_id": sku_id, **columns}
    for sku_id in left_out:
        yield {"sku_id": sku_id, "excluded": True}


def _columns(said: Entry | int | None) -> dict[str, Any]:
    """Return the columns of a row: a table says all of them, a list of codes the stock alone."""
    return {"stock_units": said} if not isinstance(said, Entry) else said._asdict()
