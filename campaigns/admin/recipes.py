"""Recipes as starting cards, the form that they fill in, and the page of a set."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.commands.drafting import Content
from campaigns.commands.recipes import Occasion, begin_set
from campaigns.forms.inputs import EARLIEST, LATEST
from campaigns.forms.rule_fields import initial_of
from campaigns.models import CampaignRevision, Festival, ReviewState
from campaigns.recipes import RECIPES, SETS, Recipe, RecipeSet
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Category, Shop
from pricing.wording import say, speaks_chinese

ANSWERS = ("with_shop_offers", "with_platform_activities", "with_coupons")
FESTIVALS = 24


def starting_cards() -> dict[str, Any]:
    """Return the recipes and sets that a new campaign may begin with, for the page of kinds."""
    return {"recipes": RECIPES.values(), "recipe_sets": SETS.values()}


def recipe_of(request: HttpRequest) -> Recipe | None:
    """Return the recipe that a form begins with."""
    recipe = RECIPES.get(request.GET.get("recipe", ""))
    return recipe if recipe and recipe.benefit == request.GET.get("kind") else None


def initial_from_recipe(request: HttpRequest) -> dict[str, Any]:
    """Return the initial values of the form; empty without a recipe."""
    recipe = recipe_of(request)
    if recipe is None:
        return {}
    columns = recipe.columns(timezone.now())
    answers = {name: "yes" if columns[name] else "no" for name in ANSWERS}
    return {**columns, **answers, **initial_of(recipe.params)}


def with_recipe(request: HttpRequest, form: Any) -> Content:
    """Return what the form says, and what its recipe says of columns that the form has no field for."""
    content, recipe = form.content(), recipe_of(request)
    unseen = {name: value for name, value in recipe.fields.items() if name not in form.fields} if recipe else {}
    return Content(fields={**unseen, **content.fields}, rows=content.rows)


def recipe_set(request: HttpRequest, frame: dict[str, Any], code: str) -> HttpResponse:
    """Show the campaigns of a set for an occasion; by post, begin those that are ticked."""
    if not request.user.has_perm("campaigns.add_campaign"):
        raise PermissionDenied
    recipes = SETS.get(code)
    if recipes is None:
        raise Http404
    if request.method == "POST":
        try:
            return _begin(request, recipes)
        except Refusal as refusal:
            messages.error(request, say(refusal))
    sent = request.POST or request.GET
    festivals = _coming()
    occasion = _proposed(sent, festivals)
    context = {
        **frame,
        "title": recipes.title,
        "recipes": recipes,
        "festivals": festivals,
        "occasion": occasion,
        "parts": list(_parts(recipes, occasion, sent)),
        "shops": Shop.objects.filter(is_active=True),
        "categories": Category.objects.order_by("position", "code"),
        "key": sent.get("key") or uuid4(),
        "sent": sent,
    }
    return render(request, "campaigns/admin/recipe_set.html", context)


def _begin(request: HttpRequest, recipes: RecipeSet) -> HttpResponse:
    sent = request.POST
    first, last = _day(sent.get("first", "")), _day(sent.get("last", ""))
    if first is None or last is None:
        raise Refusal(N_("Give the first and the last day, such as 2026-11-01."), field="first")
    name = _named(sent.get("name", ""))
    if not name:
        raise Refusal(N_("Give the occasion a name: the campaigns' names begin with it."), field="name")
    name_zh = _named(sent.get("name_zh", ""))
    shop_id = sent.get("shop", "")
    shop = Shop.objects.filter(pk=int(shop_id)).first() if shop_id.isascii() and shop_id.isdigit() else None
    made = begin_set(
        recipes,
        parts=_goods(sent),
        occasion=Occasion((name, name_zh), first, last, shop),
        by=request.user,
        at=timezone.now(),
        key=_key(sent.get("key", "")),
    )
    text = ngettext("%(count)s draft was begun.", "%(count)s drafts were begun.", len(made)) % {"count": len(made)}
    messages.success(request, text + " " + _("Look each over, then hand them in together."))
    query = urlencode({"day": first.isoformat()})
    return HttpResponseRedirect(f"{reverse('admin:campaigns_campaign_timeline')}?{query}")


def _named(text: str) -> str:
    """Return the name of an occasion as the campaigns' names begin with it: by it the page finds them again."""
    return text.replace("\0", "").strip()[:60]


def _coming() -> list[Festival]:
    return list(Festival.objects.filter(ends_on__gte=timezone.localdate())[:FESTIVALS])


def _proposed(sent: Any, festivals: list[Festival]) -> Occasion:
    """Return what was sent or chosen from the calendar; else the next festival, else today."""
    chosen = next(
        (row for row in festivals if str(row.pk) == sent.get("festival")), festivals[0] if festivals else None
    )
    today = timezone.localdate()
    first = _day(sent.get("first", "")) or (chosen.starts_on if chosen else today)
    last = _day(sent.get("last", "")) or (chosen.ends_on if chosen else today)
    names = (chosen.name, chosen.name_zh) if chosen else ("", "")
    named = [_named(sent.get(field, name)) for field, name in zip(("name", "name_zh"), names, strict=True)]
    return Occasion((named[0], named[1]), first, max(first, last))


def _parts(recipes: RecipeSet, occasion: Occasion, sent: Any) -> Iterable[dict[str, Any]]:
    """Yield each campaign as the page shows it; what is there already is not ticked again."""
    ticked = sent.getlist("parts") if "parts" in sent else None
    proposed = [
        (part, part.columns(first=occasion.first, last=occasion.last, festival=occasion.name)) for part in recipes.parts
    ]
    there = _there(columns for _part, columns in proposed)
    for part, columns in proposed:
        campaign_id = there.get((columns["name"], columns["starts_at"]))
        yield {
            "campaign_id": campaign_id,
            "part": part,
            "columns": columns,
            "name": columns["name_zh"] if speaks_chinese() else columns["name"],
            "ticked": campaign_id is None if ticked is None else part.code in ticked,
            "needs_goods": not columns.get("everything"),
            "category": sent.get(f"goods-{part.code}", ""),
        }


def _there(proposed: Iterable[dict[str, Any]]) -> dict[tuple[str, datetime], int]:
    """Return the campaigns that have these names and starts and were not rejected, by both. One query."""
    starts = {columns["name"]: columns["starts_at"] for columns in proposed}
    found = CampaignRevision.objects.filter(name__in=starts, starts_at__in=starts.values())
    found = found.exclude(review=ReviewState.REJECTED).order_by("pk")
    rows = found.values_list("name", "starts_at", "campaign")
    return {(name, starts_at): campaign_id for name, starts_at, campaign_id in rows}


def _goods(sent: Any) -> dict[str, Category | None]:
    """Return the ticked parts, each with the category that was chosen for it."""
    categories = {str(category.pk): category for category in Category.objects.all()}
    return {code: categories.get(sent.get(f"goods-{code}", "")) for code in sent.getlist("parts")}


def _day(sent: str) -> date | None:
    try:
        day = parse_date(sent)
    except ValueError:
        return None
    return day if day and EARLIEST.year < day.year < LATEST.year else None


def _key(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError:
        return uuid4()
