"""What risk control knows of an attempt: one statement for the person, one for everything that is counted."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from campaigns.models.customer import PHONE_DIGITS
from coupons.models import RiskProfileRevision
from coupons.risk.attempt import Attempt
from coupons.risk.origin import Origin
from coupons.risk.rules import Profile, load_profile
from coupons.risk.signals import (
    ADDRESS,
    COUNTS,
    CUSTOMER,
    DEVICE,
    FEWEST,
    GUEST,
    NEW_ACCOUNT_HOURS,
    SIGNALS,
    Measure,
    share_bp,
)
from pricing.prepared import execute, execute_all

REMEMBERED = 128  # profiles in force at one time
LOCK_CLASS = 7_263_011  # of advisory locks: one for each customer, address or device that a rule counts
ONE_BY_ONE = "SELECT count(pg_advisory_xact_lock(%s, source)) FROM unnest(%s::int[]) AS source"
MOST_COUNTED = 10_000  # beyond it nobody counts: every sensible threshold lies far below

KNOWN = f"""
SELECT customer.id IS NOT NULL,
       floor(extract(epoch FROM %(at)s - customer.registered_at) / 3600)::int,
       COALESCE(level.rank, -1),
       customer.phone_verified_at IS NOT NULL,
       block.id, block.kind, held.id, held.state, held.decided_at
FROM (VALUES (1)) always
LEFT JOIN campaigns_customer customer ON customer.id = %(customer)s
LEFT JOIN campaigns_memberlevel level ON level.code = customer.level
LEFT JOIN LATERAL (
    SELECT id, kind FROM coupons_riskblock
    WHERE lifted_at IS NULL AND (until IS NULL OR until > %(at)s) AND (
        (kind = 'customer' AND value = %(customer)s::text)
        OR (kind = 'address' AND value = %(address)s)
        OR (kind = 'device' AND value = %(device)s)
        OR (kind = 'phone' AND value <> ''
            AND value = right(regexp_replace(customer.phone, '[^0-9]', '', 'g'), {PHONE_DIGITS}))
    ) ORDER BY id LIMIT 1
) block ON true
LEFT JOIN LATERAL (
    SELECT id, state, decided_at FROM coupons_riskcase WHERE topic = %(topic)s ORDER BY id DESC LIMIT 1
) held ON true
"""
IN_FORCE = """
SELECT profile.current_revision_id
FROM unnest(%s::text[]) WITH ORDINALITY named (code, place) JOIN coupons_riskprofile profile USING (code)
WHERE profile.state = 'approved' ORDER BY named.place LIMIT 1
"""
SINCE = "FROM coupons_riskattempt WHERE {column} = %s AND at > %s AND act = ANY(%s) AND outcome <> 'block'"
DIFFERENT = f"(SELECT ARRAY[count(DISTINCT key), 0] FROM (SELECT key {SINCE} AND key <> %s LIMIT {MOST_COUNTED}) asked)"
ACCOUNTS = f"""(
    SELECT ARRAY[
        count(DISTINCT customer_id), count(DISTINCT customer_id) FILTER (WHERE account_hours < {NEW_ACCOUNT_HOURS})
    ]
    FROM (SELECT customer_id, account_hours {SINCE} LIMIT {MOST_COUNTED}) asked
    WHERE customer_id IS DISTINCT FROM %s
)"""
RETURNED = """(
    SELECT ARRAY[count(*) FILTER (WHERE event.move = 'return'), count(*) FILTER (WHERE event.move = 'use')]
    FROM coupons_couponevent event JOIN coupons_coupon coupon ON coupon.id = event.coupon_id
    WHERE coupon.customer_id = %s AND event.at > %s AND event.at <= %s AND event.move IN ('return', 'use')
)"""
COLUMNS = {CUSTOMER: "customer_id", ADDRESS: "address", DEVICE: "device"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when an attempt begins. `case`: the latest decision about the same thing."""

    person: dict[str, Any]
    block: dict[str, Any] | None
    case: dict[str, Any] | None
    profile: Profile | None = None
    revision_id: int | None = None

    def facts(self, origin: Origin) -> dict[str, int]:
        """Return the signals that need no counting, by their codes."""
        person = self.person or GUEST
        return {
            "device_hours": origin.device_hours,
            "account_hours": person["account_hours"],
            "level_rank": person["level_rank"],
            "phone_verified": int(person["phone_verified"]),
        }


def what_is_known(attempt: Attempt, *, at: datetime) -> Known:
    """Return person, block, earlier decision and profile of an attempt. One message."""
    asked = [asking(customer_id=attempt.customer_id, about=attempt.about, origin=attempt.origin, at=at)]
    profiles = list(filter(None, attempt.profiles))
    if profiles:
        asked.append((IN_FORCE, [profiles]))
    with connection.cursor() as cursor:
        execute_all(cursor, asked)
        known = answered(cursor)
        return _with_profile(known, cursor) if cursor.nextset() else known


def asking(*, customer_id: int | None, about: str, origin: Origin, at: datetime) -> tuple[str, dict[str, Any]]:
    """Return the question about person, block and earlier decision, for who sends it along with others."""
    return KNOWN, {
        "at": at,
        "customer": customer_id,
        "address": origin.address.hex() if origin.address else None,
        "device": origin.device.hex() if origin.device else None,
        "topic": about,
    }


def answered(cursor: CursorWrapper) -> Known:
    """Return the answer to `asking`, at which the cursor stands; without a profile."""
    is_somebody, hours, rank, verified, block_id, kind, case_id, state, decided_at = cursor.fetchone()
    person = {"account_hours": hours, "level_rank": rank, "phone_verified": verified} if is_somebody else {}
    block = {"id": block_id, "kind": kind} if block_id else None
    case = {"id": case_id, "state": state, "decided_at": decided_at} if case_id else None
    return Known(person, block, case)


def judged_by(known: Known, profiles: Iterable[str]) -> Known:
    """Return the same with the first of the profiles that is in force. No query where none is named."""
    named = list(filter(None, profiles))
    if not named:
        return known
    with connection.cursor() as cursor:
        execute(cursor, IN_FORCE, [named])
        return _with_profile(known, cursor)


def _with_profile(known: Known, cursor: CursorWrapper) -> Known:
    row = cursor.fetchone()
    return replace(known, profile=profile_of(row[0]), revision_id=row[0]) if row else known


def is_blocked(customer_id: int, *, at: datetime) -> bool:
    """Whether a customer, or their phone, is on a block list; for what a person gives, which no profile judges."""
    nothing_special = Attempt(act="", kind="", object_id=0, customer_id=customer_id, key="")
    return what_is_known(nothing_special, at=at).block is not None


@lru_cache(maxsize=REMEMBERED)
def profile_of(revision_id: int) -> Profile:
    """Return the profile of an approved revision, which nobody can change. One query, most often none."""
    revision = RiskProfileRevision.objects.get(pk=revision_id)
    return load_profile(revision.rules, hold_at=revision.hold_at, block_at=revision.block_at)


def counted(attempt: Attempt, measures: Collection[Measure], known: Known, *, at: datetime) -> dict[Measure, int]:
    """Return what has to be counted, this attempt included; what has no source is left out.

    Waits first until nobody else is judged who is counted by the same customer, address or device, until commit. One
    message at most: its second statement sees what was committed while the first one waited.
    """
    asked = [(measure, *query) for measure in sorted(measures) if (query := _query(measure, attempt, at))]
    if not asked:
        return {}
    counts = "SELECT " + ", ".join(sql for _, sql, _ in asked)
    waiting, sources = one_by_one(attempt, {measure.per for measure in measures if measure.per})
    with connection.cursor() as cursor:
        cursor.execute(f"{waiting};{counts}", [*sources, *(value for _, _, values in asked for value in values)])
        cursor.nextset()
        row = cursor.fetchone()
    is_new = known.person.get("account_hours", NEW_ACCOUNT_HOURS) < NEW_ACCOUNT_HOURS
    mine = (int(attempt.customer_id is not None), int(is_new))
    return {measure: _value(measure, found, mine) for (measure, _, _), found in zip(asked, row, strict=True)}


def one_by_one(attempt: Attempt, counted_by: Collection[str]) -> tuple[str, list[Any]]:
    """Return the statement that waits for everybody else with a source in common, and its values."""
    origin = attempt.origin
    customer = attempt.customer_id.to_bytes(8, "big") if attempt.customer_id else None
    sources = {CUSTOMER: customer, ADDRESS: origin.address, DEVICE: origin.device}
    shared = [source for kind, source in sources.items() if kind in counted_by and source]
    return ONE_BY_ONE, [LOCK_CLASS, sorted({int.from_bytes(source[-4:], "big", signed=True) for source in shared})]


def returned_by(customer_id: int | None, measure: Measure, at: datetime) -> int | None:
    """Return how many coupons, or which share, a customer had given back at a moment. One query."""
    if customer_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {RETURNED}", [customer_id, at - timedelta(minutes=measure.minutes), at])
        return _value(measure, cursor.fetchone()[0], (0, 0))


def _query(measure: Measure, attempt: Attempt, at: datetime) -> tuple[str, Sequence[Any]] | None:
    signal, since = SIGNALS[measure.signal], at - timedelta(minutes=measure.minutes)
    if not signal.windowed:
        return None
    if not signal.per:
        return (RETURNED, [attempt.customer_id, since, at]) if attempt.customer_id is not None else None
    origin = attempt.origin
    who = {CUSTOMER: attempt.customer_id, ADDRESS: origin.address, DEVICE: origin.device}[measure.per]
    if who is None:
        return None
    source = [who, since, sorted(signal.acts)]
    if measure.signal in COUNTS:
        return DIFFERENT.format(column=COLUMNS[measure.per]), [*source, attempt.key]
    return ACCOUNTS.format(column=COLUMNS[measure.per]), [*source, attempt.customer_id]


def _value(measure: Measure, found: Sequence[int], mine: tuple[int, int]) -> int:
    """Return the measured value; `mine`: whether the attempt has an account, and whether that is a new one."""
    first, second = found
    if measure.signal in COUNTS:
        return first + 1
    if measure.signal == "accounts":
        return first + mine[0]
    if measure.signal == "new_accounts_bp":
        return share_bp(second + mine[0] * mine[1], first + mine[0], fewest=FEWEST)
    if measure.signal == "returned_coupons":
        return first
    return min(share_bp(first, second, fewest=FEWEST), 10_000)
