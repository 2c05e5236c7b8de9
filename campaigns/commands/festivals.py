"""Write the usual festivals of a year into the calendar."""

from campaigns.festivals import YEARS, usual_festivals
from campaigns.models import Festival
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command


class UnknownYear(Refusal):
    """The lunar dates of a year are not among those that the product knows."""


@command
def add_usual_festivals(*, year: int) -> int:
    """Add the usual festivals of a year that are not there yet, and return how many. What people edited stays.

    Raises UnknownYear outside the years whose lunar dates are known.
    """
    if year not in YEARS:
        limits = {"first": YEARS[0], "last": YEARS[-1]}
        raise UnknownYear(N_("The usual festivals are known for %(first)s to %(last)s."), field="year", **limits)
    before = Festival.objects.count()
    rows = [
        Festival(
            name=dated.usual.name,
            name_zh=dated.usual.name_zh,
            starts_on=dated.starts_on,
            ends_on=dated.ends_on,
            usual=dated.key,
        )
        for dated in usual_festivals(year)
    ]
    Festival.objects.bulk_create(rows, ignore_conflicts=True)
    return Festival.objects.count() - before
