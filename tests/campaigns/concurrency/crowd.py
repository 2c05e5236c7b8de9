"""Many people at the same moment, and how it went for them."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from pricing.engine.errors import Refusal
from tests.support.crowd import all_at_once


def rush(size: int, act: Callable[[int], object]) -> Counter[str]:
    """Let `size` people act at once; count how it went for them: "done" or the name of the refusal.

    Anything but a Refusal is counted under its own name, so that no 5xx hides.
    """
    return Counter(_said(answer) for answer in all_at_once([partial(act, number) for number in range(size)]))


def _said(answer: object) -> str:
    if not isinstance(answer, Exception):
        return "done"
    return type(answer).__name__ if isinstance(answer, Refusal) else f"crash: {answer!r}"
