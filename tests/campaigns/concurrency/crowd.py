"""Many people at the same moment, as threads with a database connection each."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from pricing.engine.errors import Refusal


def rush(size: int, act: Callable[[int], object]) -> Counter[str]:
    """Let `size` people act at once; count how it went for them: "done" or the name of the refusal.

    Anything but a Refusal is counted under its own name, so that no 5xx hides.
    """
    start, went = Barrier(size), Counter()

    def one(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            act(number)
            went["done"] += 1
        except Exception as error:
            went[type(error).__name__ if isinstance(error, Refusal) else f"crash: {error!r}"] += 1
        finally:
            connection.close()

    threads = [Thread(target=one, args=(number,)) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return went
