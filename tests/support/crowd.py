"""Many threads at once, each with its own connection to the database."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import connection

PATIENCE_SECONDS = 240  # only what fails waits so long: a machine may be busy with other tests


def all_at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start every work at the same moment; return what each returned or raised, in order."""
    start, answers = Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            answers[place] = work()
        except Exception as error:  # the test looks at it
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    return answers
