"""Rows of the calendar."""

from datetime import date
from typing import Any

from campaigns.models import Festival


def make_festival(name: str = "Tea days", *, first: date, last: date | None = None, **fields: Any) -> Festival:
    """One day unless `last` is given."""
    return Festival.objects.create(name=name, starts_on=first, ends_on=last or first, **fields)
