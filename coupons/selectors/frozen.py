"""Revisions in force, remembered: the database lets nobody change what one says once it was submitted."""

from copy import copy
from functools import lru_cache
from typing import TypeVar

from campaigns.models import Revision

R = TypeVar("R", bound=Revision)
REMEMBERED = 512  # revisions in force at one time; each is a few kB


def revision_in_force(model: type[R], revision_id: int) -> R:
    """Return an approved revision, most often without a query. Raises DoesNotExist.

    Everybody gets their own copy: what somebody looks up from it, such as its template, is remembered for nobody.
    """
    return copy(columns_in_force(model, revision_id))


@lru_cache(maxsize=REMEMBERED)
def columns_in_force(model: type[R], revision_id: int) -> R:
    """Return the one copy that everybody shares, to read its own columns from and nothing else."""
    return model._default_manager.get(pk=revision_id)
