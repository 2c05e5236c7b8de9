"""A customer redeems a code.

Whatever is wrong with a code, the answer is the same sentence after the same statements: unknown, used, expired and
somebody else's codes cannot be told apart. How often somebody may try is counted first, in PostgreSQL, and what
cannot be counted is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from coupons.channels import is_given_by
from coupons.codes import digest_of, normalised
from coupons.commands.guards import Guard, gate, never
from coupons.commands.issuing import Twin, coupon_of, issue, not_recalled
from coupons.commands.risk import assess, noted
from coupons.lifecycle import ReviewedState
from coupons.models import CodePool, CodePoolRevision, CodeTry, Coupon, CouponTemplateRevision, IssueChannel, Route
from coupons.refusals import CodeRefused, TooManyTries, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.origin import NOWHERE, Origin
from coupons.risk.signals import CODE
from coupons.selectors.frozen import columns_in_force, revision_in_force
from coupons.selectors.risk import Known, answered, asking, judged_by
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.prepared import execute, execute_all
from pricing.transactions import Busy, command, one_message

# One try of the customer and, if they had one left, of the address. Who comes from an address that has none left is
# not counted, unless the last one of the address is being taken at this moment.
COUNT_TRY = """
WITH mine AS (
    INSERT INTO coupons_codetry AS counted (who, since, tries)
    SELECT %(customer)s, %(since)s, 1 WHERE NOT EXISTS (
        SELECT 1 FROM coupons_codetry
        WHERE who = %(address)s AND since = %(since)s AND tries >= %(most_of_address)s
    )
    ON CONFLICT (who, since) DO UPDATE SET tries = counted.tries + 1 WHERE counted.tries < %(most_of_customer)s
    RETURNING since
)
INSERT INTO coupons_codetry AS counted (who, since, tries) SELECT %(address)s, since, 1 FROM mine
ON CONFLICT (who, since) DO UPDATE SET tries = counted.tries + 1 WHERE counted.tries < %(most_of_address)s
"""
# A good code is no guess: it counts for its customer, but not for all who share an address. Always one row, also where
# the count has been forgotten meanwhile.
COUNT_NO_GUESS = """
WITH given_back AS (UPDATE coupons_codetry SET tries = tries - 1 WHERE who = %s AND since = %s AND tries > 0) SELECT 1
"""
# The one question that every code is asked, whatever is wrong with it.
LOOK = """
SELECT code.id, code.pool_id, pool.current_revision_id, template.current_revision_id,
       pool.state = %(approved)s AND template.state = %(approved)s,
       code.used >= code.total,
       (SELECT issued >= issue_total FROM coupons_templatebudget WHERE template_id = template.id),
       (SELECT total_cents - used_cents FROM coupons_templatebudget WHERE template_id = template.id),
       (SELECT used FROM coupons_codecount WHERE pool_id = pool.id AND customer_id = %(customer)s),
       (SELECT used FROM coupons_issuecount WHERE template_id = template.id AND customer_id = %(customer)s),
       (SELECT coupon_id FROM coupons_codeuse WHERE code_id = code.id AND customer_id = %(customer)s)
FROM coupons_code code
JOIN coupons_codepool pool ON pool.id = code.pool_id
JOIN coupons_coupontemplate template ON template.id = pool.template_id
WHERE code.digest = %(digest)s
"""
HOLD_POOL = "SELECT 1 FROM coupons_codepool WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE"
# The statements that decide how many codes of a pool one customer redeems, and how often a code is redeemed.
COUNT_FOR_CUSTOMER = """
INSERT INTO coupons_codecount AS counted (pool_id, customer_id, used) VALUES (%s, %s, 1)
ON CONFLICT (pool_id, customer_id) DO UPDATE SET used = counted.used + 1 WHERE counted.used < %s
"""
USE_CODE = "UPDATE coupons_code SET used = used + 1 WHERE id = %s AND (total IS NULL OR used < total)"
NOTE_USE = """
INSERT INTO coupons_codeuse (code_id, coupon_id, customer_id, at)
SELECT %s, id, customer_id, issued_at FROM coupons_coupon WHERE number = %s
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """A code, what it belongs to, what is used up already (None where nothing limits it), and what it gave before."""

    code_id: int
    pool_id: int
    pool_revision_id: int
    template_revision_id: int
    is_approved: bool
    is_used_up: bool | None
    is_all_given_out: bool | None
    left_cents: int | None
    of_pool: int | None
    of_template: int | None
    coupon_id: int | None


def redeem_code(*, text: str, customer_id: int, address: str, at: datetime, origin: Origin = NOWHERE) -> Coupon:
    """Return the coupon that a customer gets for a code, issued now unless the same customer has got it before.

    `text` is what was typed, `address` where it came from. Raises TooManyTries, or CodeRefused whatever is wrong
    with the code; then nothing has changed but the count of tries. Raises UnderReview for a good code that risk
    control has held, ClaimOver where the customer's own coupon of this code was recalled.
    """
    digest = digest_of(normalised(text))
    key = f"code:{digest.hex()}:{customer_id}"
    risk = asking(customer_id=customer_id, about=key, origin=origin, at=at)
    tries = _tries(customer_id, address, at)
    seen, known = _count_and_look(digest, customer_id, tries, risk)
    try:
        found = _good(seen, at)
        if not found.coupon_id:
            attempt = _attempt(found, digest, customer_id, key, origin)
            assessed = assess(attempt, at=at, known=judged_by(known, attempt.profiles))
            no_guess = Guard("", COUNT_NO_GUESS, (tries["address"], tries["since"]), never)
            try:
                return _redeemed(found, customer_id, at, [*noted(assessed, at=at), no_guess])
            except Twin:
                found = _twin(digest, customer_id)
    except UnderReview:
        _count_no_guess(tries)
        raise
    except Busy:
        raise
    except Refusal:
        raise CodeRefused(
            N_("This code cannot be redeemed: it may be mistyped, used, not valid now, or not meant for you."),
            field="code",
        ) from None
    _count_no_guess(tries)
    return not_recalled(_coupon(found.coupon_id))


def _tries(customer_id: int, address: str, at: datetime) -> dict[str, Any]:
    """Return who tries, in which stretch of time, and how often they may."""
    stretch = settings.CODE_TRY_MINUTES * 60
    return {
        "customer": f"customer:{customer_id}",
        "most_of_customer": settings.CODE_TRIES_PER_CUSTOMER,
        "address": f"address:{address}"[:80],
        "most_of_address": settings.CODE_TRIES_PER_ADDRESS,
        "since": datetime.fromtimestamp(int(at.timestamp()) // stretch * stretch, tz=UTC),
    }


@one_message
def _count_no_guess(tries: dict[str, Any]) -> None:
    """The same where the code is good, but nothing is issued now: never for what a guesser can bring about."""
    with connection.cursor() as cursor:
        execute(cursor, COUNT_NO_GUESS, (tries["address"], tries["since"]))


@one_message
def _count_and_look(
    digest: bytes, customer_id: int, tries: dict[str, Any], risk: tuple[str, dict[str, Any]]
) -> tuple[_Found | None, Known]:
    """Count one try, and ask what there is to know of the code and of the customer: the same whatever is wrong.

    Raises TooManyTries, saying until when.
    """
    with connection.cursor() as cursor:
        execute_all(cursor, [(COUNT_TRY, tries), _question(digest, customer_id), risk])
        if not cursor.rowcount:
            again_at = tries["since"] + timedelta(minutes=settings.CODE_TRY_MINUTES)
            raise TooManyTries(
                N_("Too many codes were tried. Please try again after %(again_at)s."),
                field="code",
                again_at=again_at.isoformat(),
            )
        cursor.nextset()
        found = _answer(cursor)
        cursor.nextset()
        return found, answered(cursor)


def forget_tries(*, before: datetime) -> int:
    """Delete counts that bind nobody any more; return how many."""
    return CodeTry.objects.filter(since__lt=before).delete()[0]


def release_code(*, digest: str, customer_id: int, at: datetime) -> Coupon:
    """Issue what risk control had held; everything but its rules binds as ever. `digest`: hexadecimal."""
    code = bytes.fromhex(digest)
    try:
        found = _good(_look(code, customer_id), at)
        return _coupon(found.coupon_id) if found.coupon_id else _redeem(found, code, customer_id, at)
    except CodeRefused:
        raise CodeRefused(N_("The code has been used, or cannot be redeemed any more.")) from None


def _good(found: _Found | None, at: datetime) -> _Found:
    """Return a code that this customer has redeemed, or most likely can. Raises CodeRefused for any other."""
    if found is None or not (found.coupon_id or _is_open(found, at)):
        raise _refused()
    return found


def _attempt(found: _Found, digest: bytes, customer_id: int, key: str, origin: Origin) -> Attempt:
    pool = columns_in_force(CodePoolRevision, found.pool_revision_id)
    template = columns_in_force(CouponTemplateRevision, found.template_revision_id)
    return Attempt(
        act=CODE,
        kind=CodePool._meta.label_lower,
        object_id=found.pool_id,
        customer_id=customer_id,
        key=key,
        origin=origin,
        profiles=(pool.risk_profile, template.risk_profile),
        params={"digest": digest.hex(), "customer_id": customer_id},
    )


def _redeem(found: _Found, digest: bytes, customer_id: int, at: datetime) -> Coupon:
    try:
        return _redeemed(found, customer_id, at, ())
    except Twin:
        return _coupon(_twin(digest, customer_id).coupon_id)


def _twin(digest: bytes, customer_id: int) -> _Found:
    """Return the code with the coupon that this customer has got for it meanwhile."""
    twin = _look(digest, customer_id)
    if twin is None or twin.coupon_id is None:
        raise _refused()
    return twin


@command
def _redeemed(found: _Found, customer_id: int, at: datetime, noting: Sequence[Guard]) -> Coupon:
    coupon = coupon_of(
        revision_in_force(CouponTemplateRevision, found.template_revision_id),
        customer_id=customer_id,
        at=at,
        route=Route.CODE,
        grant_key=f"code:{found.code_id}:{customer_id}",
    )
    note = Guard("", NOTE_USE, (found.code_id, coupon.number), never)
    issue(coupon, at=at, noting=[note, *noting], holding=_held(found), counting=_counted(found, coupon))
    return coupon


def _look(digest: bytes, customer_id: int) -> _Found | None:
    with connection.cursor() as cursor:
        execute(cursor, *_question(digest, customer_id))
        return _answer(cursor)


def _question(digest: bytes, customer_id: int) -> tuple[str, dict[str, object]]:
    return LOOK, {"digest": digest, "customer": customer_id, "approved": ReviewedState.APPROVED}


def _answer(cursor: CursorWrapper) -> _Found | None:
    row = cursor.fetchone()
    return _Found(*row) if row else None


def _coupon(coupon_id: int) -> Coupon:
    return Coupon.objects.select_related("revision").get(pk=coupon_id)


def _is_open(found: _Found, at: datetime) -> bool:
    """Whether the code can be redeemed by this customer now, as far as asking tells; the guards decide.

    Only a code that is most likely good goes on to them, so that no other can be told by the time that it takes.
    """
    if not found.is_approved or found.is_used_up or found.is_all_given_out:
        return False
    pool = columns_in_force(CodePoolRevision, found.pool_revision_id)
    template = columns_in_force(CouponTemplateRevision, found.template_revision_id)
    return (
        is_given_by(template, IssueChannel.CODE)
        and pool.starts_at <= at < pool.ends_at
        and (found.left_cents is None or found.left_cents >= template.face_cents)
        and (found.of_pool or 0) < pool.per_customer
        and (template.issue_per_customer is None or (found.of_template or 0) < template.issue_per_customer)
    )


def _held(found: _Found) -> list[Guard]:
    """Keep the pool as it is until commit: after a stop is shown, none of its codes is redeemed."""
    pool = (found.pool_id, ReviewedState.APPROVED, found.pool_revision_id)
    return [gate(CodePool._meta.db_table, found.pool_id), Guard("template_budget", HOLD_POOL, pool, _refused)]


def _counted(found: _Found, coupon: Coupon) -> list[Guard]:
    most = columns_in_force(CodePoolRevision, found.pool_revision_id).per_customer
    return [
        Guard("coupon_code", COUNT_FOR_CUSTOMER, (found.pool_id, coupon.customer_id, most), _refused),
        Guard("coupon_code", USE_CODE, (found.code_id,), _refused),
    ]


def _refused() -> Refusal:
    """Any reason: `redeem_code` gives all of them the same words."""
    return CodeRefused("unknown")
