"""Tell people how far a template's number and money have come, once at each step."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from campaigns.commands.staff_notices import tell_staff
from coupons.models import TemplateBudget
from coupons.selectors.budgets import Reached, steps_reached
from coupons.selectors.concerned import concerned_with
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP
from pricing.timers import one_by_one
from pricing.transactions import command, locking


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said on the way, and at the end."""

    so_far: str
    all_gone: str


WORDS = {
    "number": _Words(
        N_("“%(thing)s”: %(figure)s of %(limit)s coupons have been issued."),
        N_("“%(thing)s”: all %(limit)s coupons have been issued."),
    ),
    "money": _Words(
        N_("“%(thing)s” has reserved or spent %(figure_cents)s of its budget of %(limit_cents)s."),
        N_("The budget of “%(thing)s” is used up: %(figure_cents)s of %(limit_cents)s are reserved or spent."),
    ),
}


def watch_budgets(*, at: datetime) -> int:
    """Tell of every step that nobody has been told of; return how many. Runs twice or late without harm."""
    return one_by_one(steps_reached(), lambda reached: tell_of(reached, at=at))


@command
def tell_of(reached: Reached, *, at: datetime) -> bool:
    """Tell the template's author and the approvers of one step; False if that has been done."""
    locking("template_budget")
    column = f"told_{reached.kind}_bp"
    untold = TemplateBudget.objects.filter(pk=reached.template.pk, **{f"{column}__lt": reached.step_bp})
    if not untold.update(**{column: reached.step_bp}):
        return False
    words, revision = WORDS[reached.kind], reached.template.current_revision
    unit = "" if reached.kind == "number" else "_cents"
    figures = {f"figure{unit}": reached.figure, f"limit{unit}": reached.limit}
    names = {"thing": revision.name, "thing_zh": revision.name_zh or revision.name}
    tell_staff(
        users=concerned_with(reached.template),
        text=Message(words.all_gone if reached.step_bp == WHOLE_BP else words.so_far, names | figures),
        link=reverse("admin:coupons_coupontemplate_change", args=[reached.template.pk]),
        at=at,
    )
    return True
