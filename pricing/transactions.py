"""A command: one transaction, one order of locks, repeated when PostgreSQL asks for it.

Every command that takes more than one lock takes them in LOCK_ORDER (within a table by primary key), so
that no two commands can wait for each other. `locking(kind)` is said right before the locking statement;
with settings.CHECK_LOCK_ORDER (on in tests) a step back raises at once instead of deadlocking some day.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from time import sleep
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

LOCK_ORDER = (
    "tag",
    "compensation",
    "lottery",
    "customer",
    "cart",
    "order",
    "coupon",
    "template_budget",
    "campaign",
    "personal_limit",
    "coupon_code",
    "prize",
    "campaign_budget",
    "stock",
    "gift_stock",
    "on_hand",
)
WORTH_REPEATING = {"40001", "40P01"}  # serialization failure, deadlock
WAITED_TOO_LONG = {"55P03"}  # lock_timeout
ATTEMPTS = 3
BREATH_SECONDS = 0.02  # before a repetition, so that the winner of a deadlock gets the lock it waited for
BUSY = N_("Many people are doing this right now. Nothing was changed: please try again.")

P = ParamSpec("P")
R = TypeVar("R")

# Told of every refusal of an outermost command once its transaction has been rolled back: function, arguments, refusal.
REFUSAL_LISTENERS: list[Callable[[Callable[..., Any], tuple[Any, ...], Mapping[str, Any], Refusal], None]] = []

_held: ContextVar[list[str] | None] = ContextVar("held", default=None)


class LockInversion(AssertionError):
    """A command asked for locks in an order that could deadlock: a bug, never the shopper's fault."""


class Busy(Refusal):
    """Others hold what the command needs, for longer than a person should wait. Nothing was changed."""


def locking(kind: str) -> None:
    """Say that the next statement locks rows of this kind; outside a command nothing is checked."""
    rank, held = LOCK_ORDER.index(kind), _held.get()
    if held is None:
        return
    if settings.CHECK_LOCK_ORDER and held and LOCK_ORDER.index(held[-1]) > rank:
        raise LockInversion(f"{kind} must be locked before {held[-1]}")
    if not held or held[-1] != kind:
        held.append(kind)


@contextmanager
def attempt() -> Iterator[None]:
    """Run a part of a command that may be refused: then what it wrote and locked is given back, and others go on.

    The refusal itself passes through; PostgreSQL lets go of row locks when it rolls back to a savepoint.
    """
    held = _held.get()
    before = len(held or ())
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if held is not None:
            del held[before:]
        raise


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in one transaction; the outermost command is repeated on deadlock, 3 times at most.

    Raises Busy when a lock cannot be had in time: the person tries again, nobody sees a server error.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _held.get() is not None:
            with transaction.atomic():
                return function(*args, **kwargs)

        def work() -> R:
            with transaction.atomic():
                return function(*args, **kwargs)

        try:
            return _repeated(work)
        except Refusal as refusal:
            for listener in REFUSAL_LISTENERS:
                listener(function, args, kwargs, refusal)
            raise

    return run


def one_message(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function`, which sends one message to the database: PostgreSQL makes that a transaction by itself.

    So BEGIN and COMMIT are no journeys of their own. Repeated, and refused with Busy, as a command is. What the
    function raises after its message takes nothing back; inside an open transaction a refusal takes everything back.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        def work() -> R:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                return function(*args, **kwargs)

        return _repeated(work)

    return run


def _repeated(work: Callable[[], R]) -> R:
    repeatable = not connection.in_atomic_block
    for attempt in range(1, ATTEMPTS + 1):
        token = _held.set([])
        try:
            return work()
        except OperationalError as error:
            state = _state_of(error)
            if state not in WORTH_REPEATING | WAITED_TOO_LONG or (state in WORTH_REPEATING and not repeatable):
                raise
            if state in WAITED_TOO_LONG or attempt == ATTEMPTS:
                raise Busy(BUSY) from error
            sleep(BREATH_SECONDS * attempt)
        finally:
            _held.reset(token)
    raise AssertionError("unreachable")


def _state_of(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
