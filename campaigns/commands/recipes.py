"""Begin the drafts of a set of recipes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.drafting import Content, WrongDraft, create_campaign
from campaigns.models import Campaign
from campaigns.recipes import Part, RecipeSet
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Category, Shop
from pricing.transactions import command

LONGEST_DAYS = 366
Goods = Mapping[str, Category | None]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a set is begun for: the festival's name (English, Chinese), its days, and whose campaigns they are."""

    name: tuple[str, str]
    first: date
    last: date
    shop: Shop | None = None


@command
def begin_set(
    recipes: RecipeSet, *, parts: Goods, occasion: Occasion, by: AbstractBaseUser, at: datetime, key: UUID
) -> list[Campaign]:
    """Return a draft for each named part of a set: all or none of them, and one each however often it is sent.

    `parts`: the code of each that is wanted, with the category that its goods come from, None to choose them later;
    those whose price is set by SKU are always chosen later.
    Raises Refusal if no part is chosen or the days are in the wrong order, WrongDraft for dates out of any calendar.
    """
    wanted = [part for part in recipes.parts if part.code in parts]
    if not wanted:
        raise Refusal(N_("Choose at least one campaign."), field="parts")
    if not 0 <= (occasion.last - occasion.first).days <= LONGEST_DAYS:
        raise Refusal(N_("The last day comes after the first, within a year."), field="last")
    try:
        contents = [_content(part, occasion, parts[part.code]) for part in wanted]
    except OverflowError as error:
        raise WrongDraft(N_("Give a date between the years 2000 and 3000."), field="first") from error
    return [
        create_campaign(content=content, shop=occasion.shop, by=by, at=at, key=uuid5(key, part.code))
        for part, content in zip(wanted, contents, strict=True)
    ]


def _content(part: Part, occasion: Occasion, category: Category | None) -> Content:
    columns = part.columns(first=occasion.first, last=occasion.last, festival=occasion.name)
    by_category = category and not (columns.get("everything") or part.recipe.prices_each_sku)
    scopes = [{"category": category}] if by_category else []
    return Content(fields=columns, rows={"scopes": scopes})
