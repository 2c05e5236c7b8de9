"""A bounded load: so many requests a second for so many seconds, and never more than the bounds say."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

MOST_PER_SECOND, MOST_SECONDS, MOST_AT_ONCE = 500, 60, 64
PATIENCE_SECONDS = 10
Get = Callable[[str], int]


@dataclass(slots=True)
class Measured:
    """What came back: answers by status (0 = none at all), and how long each took in milliseconds."""

    seconds: int
    answers: Counter[int] = field(default_factory=Counter)
    took_ms: list[int] = field(default_factory=list)

    @property
    def per_second(self) -> int:
        return sum(self.answers.values()) * 1_000 // max(1, self.seconds * 1_000)

    @property
    def failed(self) -> int:
        """How many got no page: no answer, or one from 500 up; 429 is the site's own brake and counts as failed too."""
        return sum(count for status, count in self.answers.items() if status in (0, 429) or status >= 500)

    def percentile_ms(self, percent: int) -> int:
        ordered = sorted(self.took_ms)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0


def load(addresses: Sequence[str], *, per_second: int, seconds: int, get: Get) -> Measured:
    """Ask for the addresses in turn at a steady rate; one that is late makes the next no later.

    Raises ValueError beyond the bounds of this module: it is for trying a site of one's own, not for harm.
    """
    if not addresses or not 1 <= per_second <= MOST_PER_SECOND or not 1 <= seconds <= MOST_SECONDS:
        raise ValueError(f"give addresses, 1 to {MOST_PER_SECOND} requests a second and 1 to {MOST_SECONDS} seconds")
    measured, begun = Measured(seconds), monotonic()

    def ask(numbered: tuple[int, str]) -> tuple[int, int]:
        number, address = numbered
        sleep(max(0, begun + number / per_second - monotonic()))
        since = monotonic()
        return get(address), int((monotonic() - since) * 1_000)

    with ThreadPoolExecutor(min(MOST_AT_ONCE, per_second)) as crowd:
        wanted = enumerate(islice(cycle(addresses), per_second * seconds))
        for status, took_ms in crowd.map(ask, wanted):
            measured.answers[status] += 1
            measured.took_ms.append(took_ms)
    return measured


def get_page(address: str) -> int:
    """Return the status of one page, 0 where nothing answers."""
    try:
        with urlopen(
            Request(address, headers={"User-Agent": "promo-site load test"}), timeout=PATIENCE_SECONDS
        ) as page:
            page.read()
            return page.status
    except HTTPError as answer:
        return answer.code
    except (URLError, OSError):
        return 0
