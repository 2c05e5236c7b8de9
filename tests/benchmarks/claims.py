"""How fast coupons are claimed and codes redeemed: python -m tests.benchmarks.claims [--seconds 3] [parts].

In one run, each with 1, 4 and 8 clients: the bare statements in pgbench, the command in processes of its own, and the
page of the real web server. Then codes out of a million, and how long wrong codes take.
"""

import argparse
import logging
import os
import random
import statistics
import time
from datetime import timedelta
from functools import partial

from promo_site import embedded
from tests.benchmarks import claim_world, raw
from tests.benchmarks.crowds import crowd_of

CLIENTS = (1, 4, 8)
MOST_EACH = 4_000
STEADY = 0.1  # seconds from one code of a client to its next, where clients keep a pace
MINUTE = timedelta(minutes=1)


def main():
    """Print all figures, or those of the parts asked for; a run takes some minutes at three seconds each."""
    parts = {"claims": _claims, "web": _web, "expiry": _expiry, "codes": _codes, "wrong": _wrong_codes}
    parser = argparse.ArgumentParser(description="Rates of claims and codes.")
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"only these: {', '.join(parts)}")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(parts):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    started = claim_world.set_up()
    logging.getLogger("axes").setLevel(logging.WARNING)
    try:
        for name in asked.parts or parts:
            parts[name](asked.seconds)
    finally:
        embedded.stop("test", started)


def _claims(seconds):
    from django.utils import timezone

    at, customers = timezone.now(), claim_world.crowd()
    campaign = claim_world.claim_campaign()
    messages = raw.record(campaign, at)
    print(f"a claim: {len(messages)} messages, {sum(m.count(';') + 1 for m in messages)} statements; load {_load()}")
    for clients in CLIENTS:
        together = raw.play(raw.script(messages, customers, together=True), clients=clients, seconds=seconds)
        script = raw.script(messages, customers, together=False)
        apart = raw.play(script, clients=clients, seconds=seconds)
        prepared = raw.play(script, clients=clients, seconds=seconds, mode="prepared")
        shares = [[customers.pop() for _ in range(MOST_EACH)] for _ in range(clients)]
        done = crowd_of(clients, shares, partial(_claim, claim_world.claim_campaign().pk, at), seconds=seconds)
        print(f"{clients} clients (load {_load()})")
        print(f"  pgbench, same messages   {together.rate:>5}/s, CPU each {together.cpu_ms:.2f} ms")
        print(f"  pgbench, each statement  {apart.rate:>5}/s, CPU each {apart.cpu_ms:.2f} ms")
        print(f"  pgbench, each, prepared  {prepared.rate:>5}/s, CPU each {prepared.cpu_ms:.2f} ms")
        print(f"  command {done.line()}")
        for name, played in (
            ("the same messages", together),
            ("each statement alone", apart),
            ("each statement, prepared", prepared),
        ):
            share, of_cpu = done.rate * 100 // played.rate, played.cpu_ms * 100 / done.cpu_ms
            print(f"  command against {name}: {share} % of the rate; by CPU each, {of_cpu:.0f} %")
        customers = claim_world.crowd()


def _web(seconds):
    from tests.benchmarks.web import claims_over_http

    for clients in CLIENTS:
        print(f"{clients} clients over HTTP: {claims_over_http(clients, seconds=seconds).line()} (load {_load()})")


def _claim(claim_campaign_id, at, customer_id):
    from coupons.commands.claiming import claim_coupon

    claim_coupon(claim_campaign_id=claim_campaign_id, customer_id=customer_id, seq=1, at=at)


def _expiry(_seconds):
    from coupons.tasks import settle_expired_coupons

    claim_world.expired_coupons(100_000)
    since = time.monotonic()
    count = settle_expired_coupons()
    print(f"{count} coupons that have expired: settled in {time.monotonic() - since:.1f} s (load {_load()})")


def _codes(seconds):
    from django.utils import timezone

    codes, customers, at = claim_world.codes(9 * MOST_EACH), claim_world.crowd(), timezone.now()
    works = list(zip(codes, customers, strict=False))
    for clients, every in [(clients, 0) for clients in CLIENTS] + [(CLIENTS[-1], STEADY)]:
        shares = [[works.pop() for _ in range(MOST_EACH // 3)] for _ in range(clients)]
        done = crowd_of(clients, shares, partial(_redeem, at), seconds=seconds, every=every)
        pace = f"at a steady {1 / every:.0f} a second each" if every else "who never pause"
        print(f"codes, {clients} clients {pace}: {done.line()} (load {_load()})")


def _redeem(at, work):
    from coupons.commands.redeeming import redeem_code

    code, customer_id = work
    redeem_code(text=code, customer_id=customer_id, address=f"10.{customer_id}", at=at)


def _wrong_codes(_seconds):
    """Median times of what is refused, in turn: nobody can tell by them why."""
    from coupons.commands.redeeming import redeem_code
    from coupons.refusals import CodeRefused
    from tests.factories import LONG_AGO, NOON
    from tests.factories.codes import codes_in, make_code_pool

    customers = claim_world.crowd()
    used, foreign = codes_in(make_code_pool(count=2, per_customer=5))
    over = codes_in(make_code_pool(count=1, starts_at=LONG_AGO, ends_at=NOON + MINUTE))[0]
    for code in (used, foreign):
        redeem_code(text=code, customer_id=customers.pop(), address=code, at=NOON)
    took = {"unknown": [], used: [], foreign: [], over: []}
    for customer_id in customers[:400]:
        for code in random.sample(list(took), k=len(took)):
            since = time.perf_counter()
            try:
                redeem_code(text=code, customer_id=customer_id, address=f"{customer_id}", at=NOON + 2 * MINUTE)
            except CodeRefused:
                took[code].append((time.perf_counter() - since) * 1000)
    names = ("unknown", "used", "somebody else's", "expired")
    medians = [f"{name} {statistics.median(times):.2f} ms" for name, times in zip(names, took.values(), strict=True)]
    print(f"wrong codes, medians: {', '.join(medians)} (load {_load()})")


def _load():
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
