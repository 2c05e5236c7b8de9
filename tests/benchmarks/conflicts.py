"""How long a conflict report takes in one process: python -m tests.benchmarks.conflicts [number of SKUs]."""

import os
import sys
import time

import django


def main():
    """Look at the world's SKUs once and print CPU and wall seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_site.settings.test")
    django.setup()
    from tests.benchmarks.conflict_world import SKUS, look_at, world_and_goods

    world, goods = world_and_goods(int(sys.argv[1]) if len(sys.argv) > 1 else SKUS)
    cpu, wall = time.process_time(), time.monotonic()
    search, rows = look_at(world, goods)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    unsure = sum(not found.sure for found in search.known.values())
    print(f"{rows} SKUs, {len(world.offers)} offers, {len(search.calendar.occasions)} occasions")
    print(f"{len(search.known)} that offers tell apart, {unsure} not proved")
    print(f"{cpu:.1f} s CPU, {wall:.1f} s wall")


if __name__ == "__main__":
    main()
