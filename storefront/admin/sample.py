"""The sample cart beside a campaign: on the unsaved form, on a draft's page, and where it is decided about."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Campaign, CampaignRevision, Customer
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.running import with_offer_parts
from pricing.engine.errors import Refusal
from storefront.forms.sample import (
    PREFIX,
    Lines,
    SampleForm,
    Units,
    lines_of,
    sample_of,
    typed_at,
    units_in,
)
from storefront.sampling import price_sample
from storefront.selectors.catalogue import sellable_skus
from storefront.selectors.sample_view import sample_view
from storefront.wording import say

REMEMBERED = "sample_cart"
MOST_FOUND = 8
BEGUN_WITH = 2
SHOWN_LEVELS = 20


@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    """Price the sample with the draft that the request names; the first time, from what the session remembers."""
    if not request.user.has_perms(["campaigns.view_campaign", "campaigns.view_customer"]):
        raise PermissionDenied
    now, draft = timezone.now(), _draft_in(request)
    is_first = f"{PREFIX}-channel" not in request.POST
    remembered = request.session.get(REMEMBERED, {})
    if is_first:
        units, typed = _begun(remembered, draft), remembered.get("typed", {})
    else:
        units, typed = _with_found(units_in(request.POST), request.POST), _typed_in(request)
        _remember(request, units, typed)
    form = SampleForm(_complete(typed), now=now)
    context = {"form": form, "address": request.get_full_path(), **_answer(form, lines_of(units), draft, now)}
    if is_first:
        context["levels"] = _levels()
    template = "storefront/admin/sample.html" if is_first else "storefront/admin/sample_priced.html"
    return render(request, template, context)


@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """Return the SKUs whose code or product holds what was typed, to be added with a click or Enter."""
    if not request.user.has_perm("campaigns.view_campaign"):
        raise PermissionDenied
    words = request.GET.get("sample-find", "").replace("\0", "").strip()
    context = {"skus": _matching(words) if words else [], "words": words}
    return render(request, "storefront/admin/sample_found.html", context)


def _draft_in(request: HttpRequest) -> CampaignRevision:
    """Return the stored revision that is named, or what the form that was sent along would store."""
    if (pk := request.GET.get("revision", "")) and pk.isdecimal() and len(pk) < 16:
        return get_object_or_404(with_offer_parts(CampaignRevision.objects.all()), pk=pk)
    _form, revision = admin.site.get_model_admin(Campaign).sketched(request)
    if not revision.name:
        revision.name, revision.name_zh = "the draft", gettext("the draft")  # named by those that it displaces
    return revision


def _answer(form: SampleForm, lines: Lines, draft: CampaignRevision, now: datetime) -> dict[str, Any]:
    """Return what the page shows: the priced sample, or why there is none."""
    starts_at = draft.starts_at or now
    at = max(now, starts_at)
    shown: dict[str, Any] = {"units": lines.units, "trouble": lines.trouble, "at": at, "default_at": typed_at(at)}
    if not form.is_valid() or not lines.units:
        return shown
    wanted = sample_of(form, lines.units, at=at)
    without = price_sample(wanted, draft=None, now=now)
    shown["at"] = wanted.at
    try:
        priced = price_sample(wanted, draft=draft, now=now)
    except Refusal as refusal:
        priced, shown["incomplete"] = without, say(refusal)
    view = sample_view(wanted, priced, without, draft_offer=draft.campaign.offer_id)
    return {**shown, "view": view, "page": priced.page, "outside": _outside(draft, wanted.at)}


def _outside(draft: CampaignRevision, at: datetime) -> str:
    if draft.starts_at and at < draft.starts_at:
        return gettext("At this moment the draft has not begun yet.")
    return gettext("At this moment the draft is over.") if draft.ends_at and at >= draft.ends_at else ""


def _begun(remembered: dict[str, Any], draft: CampaignRevision) -> Units:
    """Return the last sample of this session, or the first goods of the draft."""
    if units := remembered.get("units"):
        return [(key, count) for key, count in units]
    try:
        goods = skus_taken_by(draft, shop_id=draft.campaign.shop_id)
    except Refusal:
        return []
    return [
        (key, 1) for key in sellable_skus().filter(pk__in=goods.values("pk")).values_list("pk", flat=True)[:BEGUN_WITH]
    ]


def _with_found(units: Units, data: Any) -> Units:
    """Add the first SKU that matches what stands in the search where Enter was pressed in it."""
    words = data.get("sample-find", "").replace("\0", "").strip()
    if not words or "sample-enter" not in data:
        return units
    known = dict(units)
    for sku in _matching(words)[:1]:
        known[sku.pk] = known.get(sku.pk, 0) + 1
    return list(known.items())


def _matching(words: str) -> list[Any]:
    skus = sellable_skus()
    for word in words.split():
        skus = (
            skus.filter(code__icontains=word)
            | skus.filter(product__name__icontains=word)
            | skus.filter(product__name_zh__icontains=word)
        )
    return list(skus[:MOST_FOUND])


def _typed_in(request: HttpRequest) -> dict[str, str]:
    names = SampleForm.base_fields
    return {name: request.POST.get(f"{PREFIX}-{name}", "").replace("\0", "") for name in names}


def _complete(typed: dict[str, str]) -> dict[str, str]:
    """Return what was typed under the names of the form; what was never typed has its first value."""
    initial = {name: field.initial or "" for name, field in SampleForm.base_fields.items()}
    return {f"{PREFIX}-{name}": str(value) for name, value in {**initial, **typed}.items()}


def _remember(request: HttpRequest, units: Units, typed: dict[str, str]) -> None:
    wanted = {"units": [list(pair) for pair in units], "typed": typed}
    if request.session.get(REMEMBERED) != wanted:
        request.session[REMEMBERED] = wanted


def _levels() -> list[str]:
    levels = Customer.objects.exclude(level="").order_by("level").values_list("level", flat=True)
    return list(levels.distinct()[:SHOWN_LEVELS])
