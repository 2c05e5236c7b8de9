"""What one coupon can take off at most: what issuing it reserves of the budget."""

from django.utils.translation import gettext

from pricing.engine.cart import MAX_CENTS
from pricing.engine.named_goods import SetBenefit
from pricing.engine.params import MAX_COUNT
from pricing.engine.rules import Benefit, Lines
from pricing.wording import money_text


def worth_text(face_cents: int) -> str:
    """Return what a coupon is worth at most for staff to read; 0 is stored where nobody can say."""
    return money_text(face_cents) if face_cents else gettext("of unknown worth")


def face_cents_of(benefit: Benefit) -> int | None:
    """Return the largest discount of a coupon, None where it grows with the order without end or depends on goods."""
    if isinstance(benefit, SetBenefit):
        return None
    largest = _off_cents(benefit, lines=1, line_cents=MAX_CENTS, pieces=MAX_COUNT)
    other = _off_cents(benefit, lines=2, line_cents=MAX_CENTS // 4, pieces=MAX_COUNT // 4)
    return largest if largest == other else None


def _off_cents(benefit: Benefit, *, lines: int, line_cents: int, pieces: int) -> int:
    nets = (line_cents,) * lines
    return benefit.off(Lines(nets=nets, bases=nets, quantities=(pieces,) * lines)).cents
