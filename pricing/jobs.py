"""Long work in the background: the kinds there are, and what one that runs can ask and tell.

An app that has such work writes it in its own `jobs.py`, which is imported at start:

    @job("price_import", title=N_("Import of prices"), url=lambda row: reverse("admin:pricing_sku_changelist"))
    def import_prices(running: Running) -> Outcome:
        rows = read(running.params["text"])
        for number, row in enumerate(rows, start=1):
            ...
            running.progress(number, of=len(rows))
        return Outcome(result={"rows": len(rows)}, output="line,problem\\n")

Ask for it with `pricing.commands.jobs.ask_for`; a job is one row, a worker takes it up, the back office shows it.
What a job is about is called by name where its subject is "word:primary key" and `named_by(word)` says who knows it.
The work may run twice (a worker was killed half-way), so it is safe to repeat; it commits what it likes. Work that may
take very long, or has to wait, raises GiveWay now and then: one job runs at a time, and others want their turn.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pricing.models import Job


class Stopped(Exception):
    """Somebody has stopped the job, or another worker has taken it over: leave, without a word."""


class GiveWay(Exception):
    """Let other jobs go first and go on after `seconds` at the earliest: the work finds its `mark` in the next turn."""

    def __init__(self, mark: Mapping[str, Any], *, seconds: int = 0) -> None:
        super().__init__(mark)
        self.mark = dict(mark)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job leaves: figures as JSON, and a text to download (CSV), where there is one."""

    result: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """One run of a job. `progress(done, of=total)` tells how far it is and raises Stopped when it shall end."""

    job: Job
    progress: Callable[..., None]

    @property
    def params(self) -> dict[str, Any]:
        """What was asked for, as JSON values."""
        return self.job.params

    @property
    def mark(self) -> dict[str, Any]:
        """What the last turn has left, empty in the first one: see GiveWay."""
        return self.job.mark


@dataclass(frozen=True, slots=True)
class JobKind:
    """`work` does it; `url` returns where the result is seen, for a job that is done.

    `permission`: who holds it reads what any job of this kind has left; without one only who has asked does.
    """

    code: str
    title: str
    work: Callable[[Running], Outcome]
    url: Callable[[Job], str] | None
    permission: str = ""


KINDS: dict[str, JobKind] = {}

NamesOf = Callable[[Collection[int]], Mapping[int, str]]
# How things are called that jobs are about, by the first word of `Job.subject`: "grant" of "grant:7".
NAMES: dict[str, NamesOf] = {}


def named_by(word: str) -> Callable[[NamesOf], NamesOf]:
    """Register who knows, in the reader's language, how the things are called with these primary keys."""

    def register(names_of: NamesOf) -> NamesOf:
        NAMES[word] = names_of
        return names_of

    return register


def subject_names(jobs: Iterable[Job]) -> dict[str, str]:
    """Return how what these jobs are about is called, by subject. A few queries, however many jobs."""
    wanted: dict[str, set[int]] = {}
    for one in jobs:
        word, _, key = one.subject.partition(":")
        if word in NAMES and key.isascii() and key.isdigit():
            wanted.setdefault(word, set()).add(int(key))
    return {f"{word}:{pk}": name for word, keys in wanted.items() for pk, name in NAMES[word](keys).items()}


def job(
    code: str, *, title: str, url: Callable[[Job], str] | None = None, permission: str = ""
) -> Callable[[Callable[[Running], Outcome]], Callable[[Running], Outcome]]:
    """Register the work of one kind of job. `code` is stored: never rename it. `title` is a msgid.

    `permission`, such as "campaigns.change_campaign": who may read what somebody else's job has left.
    """

    def register(work: Callable[[Running], Outcome]) -> Callable[[Running], Outcome]:
        if code in KINDS:
            raise ValueError(f"two kinds of job are called {code}")
        KINDS[code] = JobKind(code, title, work, url, permission)
        return work

    return register
