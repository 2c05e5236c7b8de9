"""Several campaigns together, laid around the first and the last day of a festival."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.recipes.recipe import DAY, HOUR, Recipe, period_from
from campaigns.recipes.single import RECIPES


@dataclass(frozen=True, slots=True)
class Part:
    """One campaign of a set: from `starts` after midnight of its anchor day, until `ends` after that of the other.

    Anchors are "first" and "last" day. `what` (English, Chinese) follows the name of the festival.
    """

    code: str
    recipe: Recipe
    what: tuple[str, str]
    starts: tuple[str, timedelta]
    ends: tuple[str, timedelta]
    announced: timedelta | None = None

    def columns(self, *, first: date, last: date, festival: tuple[str, str]) -> dict[str, Any]:
        """Return what the draft says, its goods aside; names begin with the festival's (English, Chinese)."""
        midnight = {"first": datetime.combine(first, time()), "last": datetime.combine(last, time())}
        starts, ends = (midnight[anchor] + offset for anchor, offset in (self.starts, self.ends))
        english, chinese = self.what
        names = {"name": f"{festival[0]}: {english}"[:120], "name_zh": f"{festival[1] or festival[0]}{chinese}"[:120]}
        recipe = self.recipe
        badges = {"badge": recipe.badges[0], "badge_zh": recipe.badges[1]}
        rule = {"benefit_code": recipe.benefit, "params": dict(recipe.params), "layer": recipe.layer}
        return {**names, **badges, **rule, **recipe.fields, **period_from(starts, ends - starts, self.announced)}


@dataclass(frozen=True, slots=True)
class RecipeSet:
    code: str
    title: Any
    when: Any
    parts: tuple[Part, ...]


FIRST, END = ("first", 0 * DAY), ("last", DAY)
R = RECIPES

BIG_FESTIVAL = RecipeSet(
    code="big_festival",
    title=_("A big festival: eight campaigns"),
    when=_("双十一, 618, 年货节 …: choose the festival, tick what you need, and get the drafts with their dates."),
    parts=(
        Part("shipping", R["free_shipping"], ("free shipping", "全场包邮"), ("first", -3 * DAY), END),
        Part("threshold", R["weekend_threshold"], ("¥40 off ¥300, ¥80 off ¥500", "满300减40，满500减80"), FIRST, END),
        Part("newcomers", R["first_order"], ("first order, ¥15 off ¥59", "新人首单满59减15"), FIRST, END),
        Part("second_half", R["second_half"], ("second piece at half price", "第二件半价"), FIRST, END),
        Part("any_three", R["any_three"], ("any 3 for ¥99", "99元任选3件"), FIRST, END),
        Part("buy_get", R["buy_get"], ("buy 3, get 1 free", "买三送一"), FIRST, END),
        Part(
            "flash_sale",
            R["flash_sale"],
            ("flash sale", "限时秒杀"),
            ("last", 20 * HOUR),
            ("last", 22 * HOUR),
            announced=DAY,
        ),
        Part("encore", R["clearance"], ("encore, 50% off", "返场5折"), END, ("last", 4 * DAY)),
    ),
)
SETS = {BIG_FESTIVAL.code: BIG_FESTIVAL}
