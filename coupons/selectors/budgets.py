"""How far have the purses of templates come?"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from coupons.models import CouponTemplate, TemplateBudget
from pricing.engine.money import WHOLE_BP

STEPS_BP = (WHOLE_BP, 9_500, 8_000)


@dataclass(frozen=True, slots=True)
class Reached:
    """A template has come to one of the steps of a total. `kind`: number (of coupons) or money (in cents)."""

    template: CouponTemplate
    kind: str
    step_bp: int
    figure: int
    limit: int


def steps_reached() -> list[Reached]:
    """Return the highest step of each purse that nobody has been told of.

    One query; purses below 80 % are not read, unless what is left of their money does not cover another coupon.
    """
    return [reached for purse in _far_gone() for reached in _steps_of(purse)]


def _far_gone() -> QuerySet[TemplateBudget]:
    # Roughly the first step, in whole numbers that cannot overflow; `_steps_of` is exact.
    number = Q(issue_total__gt=0, told_number_bp__lt=WHOLE_BP, issued__gte=F("issue_total") / 10 * 8)
    far = Q(used_cents__gte=F("total_cents") / 10 * 8)
    over = Q(used_cents__gt=F("total_cents") - F("template__current_revision__face_cents"))
    money = Q(far | over, total_cents__gt=0, told_money_bp__lt=WHOLE_BP)
    found = TemplateBudget.objects.filter(number | money, template__current_revision__isnull=False)
    return found.select_related("template__current_revision", "template__created_by").order_by("pk")


def _steps_of(purse: TemplateBudget) -> Iterator[Reached]:
    face_cents = purse.template.current_revision.face_cents
    sides = (
        ("number", purse.issued, purse.issue_total, 1, purse.told_number_bp),
        ("money", purse.used_cents, purse.total_cents, face_cents, purse.told_money_bp),
    )
    for kind, figure, limit, next_takes, told_bp in sides:
        if not limit:
            continue
        # What does not cover another coupon is used up.
        share_bp = WHOLE_BP if figure + next_takes > limit else figure * WHOLE_BP // limit
        step_bp = next((step for step in STEPS_BP if share_bp >= step), 0)
        if step_bp > told_bp:
            yield Reached(purse.template, kind, step_bp, figure, limit)
