"""Make the codes of a pool, and write them out once."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from coupons.codes import codes_of, digests_of, grouped
from coupons.models import CodePool
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

BATCH = 50_000
# The digests go as they are; the columns beside them are the same for all and filled in by the database.
COPY_DIGESTS = "COPY made_digests (digest) FROM STDIN (FORMAT BINARY)"
BINARY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
BINARY_END = b"\xff\xff"


class CodesGone(Refusal):
    """The codes have been written out, or there are none to write."""


def make_batch(*, pool_id: int) -> tuple[int, int]:
    """Store the next digests of a pool; return how many there are now, and how many there shall be.

    Safe to repeat: what has been made is counted in the transaction that stores it.
    """
    return _make(pool_id)


@command
def _make(pool_id: int) -> tuple[int, int]:
    pool = CodePool.objects.select_for_update(of=("self",)).select_related("current_revision").get(pk=pool_id)
    wanted = pool.current_revision.count or 0
    stop = min(pool.made + BATCH, wanted)
    if pool.made < stop and pool.secret:
        prefix = pool.current_revision.prefix
        _store(pool_id, digests_of(codes_of(bytes(pool.secret), prefix=prefix, start=pool.made, stop=stop)))
        CodePool.objects.filter(pk=pool_id).update(made=stop)
    return stop, wanted


def _store(pool_id: int, digests: Iterator[bytes]) -> None:
    """COPY into a table of this transaction, then over: a COPY cannot add the pool, and one row by one is slow."""
    field = b"\x00\x01\x00\x00\x00\x10"  # one field of sixteen bytes
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE made_digests (digest bytea) ON COMMIT DROP")
        with cursor.copy(COPY_DIGESTS) as copy:
            copy.write(BINARY_HEAD + b"".join([field + digest for digest in digests]) + BINARY_END)
        cursor.execute(
            "INSERT INTO coupons_code (pool_id, digest, used, total) SELECT %s, digest, 0, 1 FROM made_digests",
            [pool_id],
        )
        cursor.execute("DROP TABLE made_digests")


def take_codes(*, pool_id: int, by: AbstractBaseUser, at: datetime) -> Iterator[str]:
    """Return the codes of a pool as they are printed, once: from now on nobody can write them out again.

    Raises CodesGone before all are made, after they have been taken, and for a shared code.
    """
    pool, secret = _take_secret(pool_id, by, at)
    prefix = pool.current_revision.prefix
    return (grouped(code, prefix=prefix) for code in codes_of(secret, prefix=prefix, start=0, stop=pool.made))


@command
def _take_secret(pool_id: int, by: AbstractBaseUser, at: datetime) -> tuple[CodePool, bytes]:
    pool = CodePool.objects.select_for_update(of=("self",)).select_related("current_revision").get(pk=pool_id)
    if pool.downloaded_at:
        raise CodesGone(N_("These codes have been downloaded, which is possible once. Duplicate the pool for others."))
    if not pool.secret or pool.current_revision is None or pool.made < (pool.current_revision.count or 0):
        raise CodesGone(N_("The codes are not all made yet. Please try again in a moment."))
    CodePool.objects.filter(pk=pool_id).update(secret=None, downloaded_at=at, downloaded_by=by)
    return pool, bytes(pool.secret)
