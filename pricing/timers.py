"""Work through what is due, row by row: one that fails keeps no other waiting."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded

from pricing.engine.errors import Refusal

logger = logging.getLogger(__name__)

T = TypeVar("T")


def one_by_one(due: Iterable[T], do: Callable[[T], object]) -> int:
    """Do it for each that is due; return how often it changed something (`do` returned something true).

    A refusal is a lost race: noted and left to the winner. Anything else is a bug or a provider that does not
    answer: logged, and tried again by the next run.
    """
    done = 0
    for row in due:
        try:
            done += bool(do(row))
        except Refusal as refusal:
            logger.info("left to the winner: %s", refusal)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("not done: %s", row)
    return done
