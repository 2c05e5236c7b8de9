"""CPU time of one call: the median over rounds of the mean over all items."""

import gc
import time
from math import log
from statistics import median

ROUNDS = 5
ROUND_SECONDS = 0.1
MOST_SECONDS = 6


def cpu_seconds(work, items):
    """Return the CPU seconds of one `work(item)`. What takes long is measured on fewer items, in fewer rounds."""
    first = spent(work, items[:1])
    items, rounds = items[: max(1, int(MOST_SECONDS / 3 / max(first, 1e-9)))], ROUNDS
    if first * len(items) * ROUNDS > MOST_SECONDS:
        rounds = 3 if first * len(items) * 3 < 2 * MOST_SECONDS else 1
    gc.collect()
    return median(_round(work, items) for _ in range(rounds))


def spent(work, items):
    """Return the CPU seconds of one pass over all items."""
    started = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - started


def _round(work, items):
    passes, seconds = 0, 0
    while seconds < ROUND_SECONDS:
        seconds += spent(work, items)
        passes += 1
    return seconds / passes / len(items)


def exponent(seconds_by_size):
    """Return the e of the power law n^e that fits best (least squares of the logarithms)."""
    points = [(log(size), log(seconds)) for size, seconds in seconds_by_size.items()]
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return slope / sum((x - middle_x) ** 2 for x, _ in points)
