"""Figures of a case: money, rates and moments. What cannot be said exactly is refused, never rounded."""

from datetime import UTC, date, datetime, time
from fractions import Fraction


class Unsupported(Exception):
    """A case says something that nobody here understands; the text names it, such as `benefit:max_units`."""


class Money:
    """Money of one case, in its smallest unit: the second decimal, or the third where a price or a fee has one."""

    def __init__(self, case):
        prices = [line[name] for line in case["lines"] for name in ("unit_price", "list_price") if name in line]
        texts = [str(text) for text in (*prices, case.get("shipping_fee", ""))]
        self.unit = 10 ** max(2, *[len(text.partition(".")[2]) for text in texts])

    def cents(self, text):
        """Return money as a whole number of the smallest unit."""
        return _whole(self.exact(text), text)

    def exact(self, text):
        """Return money as a fraction of the smallest unit: a source may state a finer figure than anybody pays."""
        fraction = Fraction(str(text)) * self.unit
        return fraction.numerator if fraction.denominator == 1 else fraction


def basis_points(percent):
    """Return a percentage as basis points."""
    return _whole(Fraction(str(percent)) * 100, percent)


def moment(text):
    """Return a moment, in UTC unless it says otherwise; a day stands for its beginning. None where there is none."""
    if text is None:
        return None
    if isinstance(text, date) and not isinstance(text, datetime):
        text = datetime.combine(text, time())
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _whole(fraction, text):
    if fraction.denominator != 1:
        raise Unsupported(f"figure:{text}")
    return fraction.numerator
