"""So many processes that do one thing again and again for some seconds, and what each time cost."""

import multiprocessing
import os
import random
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

WARM_UP = 10  # PostgreSQL makes its mind up about a prepared statement after the fifth time
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Crowd:
    """What a crowd did in so many seconds: times of each in milliseconds, CPU seconds of callers and of PostgreSQL."""

    seconds: float
    took_ms: list[float]
    cpu: float
    server_cpu: float

    @property
    def rate(self):
        return round(len(self.took_ms) / self.seconds)

    @property
    def cpu_ms(self):
        """CPU milliseconds that each took, of callers and PostgreSQL together."""
        return (self.cpu + self.server_cpu) * 1000 / len(self.took_ms)

    @property
    def median_ms(self):
        return statistics.median(self.took_ms)

    @property
    def p95_ms(self):
        return statistics.quantiles(self.took_ms, n=20)[-1]

    def line(self):
        each = len(self.took_ms)
        return (
            f"{self.rate:>5}/s, median {self.median_ms:.1f} ms, p95 {self.p95_ms:.1f} ms; "
            f"CPU each {self.cpu / each * 1000:.2f} ms here and {self.server_cpu / each * 1000:.2f} ms in PostgreSQL"
        )


def crowd_of(processes, shares, do, *, seconds, every=0):
    """Let each process do it for everything in its share, `seconds` at most. `do(thing)`; the first ten warm up.

    `every`: seconds from one thing of a process to its next. Its time counts from when it was due, so that what waits
    for a slow one before it is told, too. With 0 nobody pauses.
    """
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(processes), context.Queue()
    children = [
        context.Process(target=_work, args=(share, do, (seconds, every), start, answers))
        for share in shares[:processes]
    ]
    for child in children:
        child.start()
    told = [answers.get(timeout=60 + seconds) for _ in children]
    if trouble := [answer for answer in told if isinstance(answer, str)]:
        raise SystemExit(trouble[0])
    for child in children:
        child.join()
    times, cpu, server, wall = zip(*told, strict=True)
    return Crowd(max(wall), [took for each in times for took in each], sum(cpu), sum(server))


def _work(share, do, pace, start, answers):
    try:
        answers.put(_worked(share, do, pace, start))
    except BaseException as error:
        start.abort()
        answers.put(repr(error))


def _worked(share, do, pace, start):
    from django.db import connection

    seconds, every = pace
    for thing in share[:WARM_UP]:
        do(thing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    start.wait(60)
    begun, cpu, server, took = time.monotonic(), time.process_time(), _cpu_of(backend), []
    first = begun + random.random() * every
    for number, thing in enumerate(share[WARM_UP:]):
        due = first + number * every if every else time.monotonic()
        if due - begun > seconds:
            break
        if every:
            time.sleep(max(due - time.monotonic(), 0))
        do(thing)
        took.append((time.monotonic() - due) * 1000)
    wall = time.monotonic() - begun
    return took, time.process_time() - cpu, _cpu_of(backend) - server, wall


def _cpu_of(pid):
    """CPU seconds of a process so far."""
    fields = _status(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_of_children(pid):
    """CPU seconds of all children of a process that have ended."""
    fields = _status(pid)
    return (int(fields[13]) + int(fields[14])) / TICKS


def parent_of(pid):
    return int(_status(pid)[1])


def _status(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
