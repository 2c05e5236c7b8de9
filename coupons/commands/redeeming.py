"""A customer redeems a code.

Whatever is wrong with a code, the answer is the same sentence after the same statements: unknown, used, expired and
somebody else's codes cannot be told apart. How often somebody may try is counted first, in PostgreSQL, and what
cannot be counted is refused.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Q

from coupons.codes import digest_of, normalised
from coupons.commands.issuing import coupon_of, issue
from coupons.lifecycle import ReviewedState
from coupons.models import Code, CodePool, CodeTry, CodeUse, Coupon, Route
from coupons.refusals import CodeRefused, TooManyTries
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.gate import pass_with_others
from pricing.transactions import Busy, command, locking

COUNT_TRY = """
INSERT INTO coupons_codetry AS counted (who, since, tries) VALUES (%(who)s, %(since)s, 1)
ON CONFLICT (who, since) DO UPDATE SET tries = counted.tries + 1 WHERE counted.tries < %(most)s
"""
COUNT_FOR_CUSTOMER = """
INSERT INTO coupons_codecount AS counted (pool_id, customer_id, used) VALUES (%(pool)s, %(customer)s, 1)
ON CONFLICT (pool_id, customer_id) DO UPDATE SET used = counted.used + 1 WHERE counted.used < %(limit)s
"""


def redeem_code(*, text: str, customer_id: int, address: str, at: datetime) -> Coupon:
    """Return the coupon that a customer gets for a code, issued now unless the same customer has got it before.

    `text` is what was typed, `address` where it came from. Raises TooManyTries, or CodeRefused whatever is wrong
    with the code; then nothing has changed but the count of tries.
    """
    count_try(customer_id=customer_id, address=address, at=at)
    digest = digest_of(normalised(text))
    try:
        return _redeem(digest, customer_id, at)
    except Busy:
        raise
    except Refusal:
        raise CodeRefused(
            N_("This code cannot be redeemed: it may be mistyped, used, not valid now, or not meant for you."),
            field="code",
        ) from None


@command
def count_try(*, customer_id: int, address: str, at: datetime) -> None:
    """Count one try for the customer and for the address. Raises TooManyTries, saying until when."""
    stretch = settings.CODE_TRY_MINUTES * 60
    since = datetime.fromtimestamp(int(at.timestamp()) // stretch * stretch, tz=UTC)
    for who, most in (
        (f"customer:{customer_id}", settings.CODE_TRIES_PER_CUSTOMER),
        (f"address:{address}", settings.CODE_TRIES_PER_ADDRESS),
    ):
        with connection.cursor() as cursor:
            cursor.execute(COUNT_TRY, {"who": who[:80], "since": since, "most": most})
            if not cursor.rowcount:
                raise TooManyTries(
                    N_("Too many codes were tried. Please try again after %(again_at)s."),
                    field="code",
                    again_at=(since + timedelta(seconds=stretch)).isoformat(),
                )


def forget_tries(*, before: datetime) -> int:
    """Delete counts that bind nobody any more; return how many."""
    return CodeTry.objects.filter(since__lt=before).delete()[0]


@command
def _redeem(digest: bytes, customer_id: int, at: datetime) -> Coupon:
    had = _had(digest, customer_id)
    code = _open_code(digest, at)
    if had:
        return had
    if code is None:
        raise CodeRefused("unknown")
    pool = code.pool
    _hold(pool, at)
    coupon = coupon_of(
        pool.template.current_revision,
        customer_id=customer_id,
        at=at,
        route=Route.CODE,
        grant_key=f"code:{code.pk}:{customer_id}",
    )
    if not issue(coupon, at=at):
        twin = _had(digest, customer_id)
        if twin is None:
            raise CodeRefused("unknown")
        return twin
    _count(code, customer_id)
    CodeUse.objects.create(code=code, coupon=coupon, customer_id=customer_id, at=at)
    return coupon


def _had(digest: bytes, customer_id: int) -> Coupon | None:
    uses = Coupon.objects.filter(code_use__code__digest=digest, code_use__customer=customer_id)
    return uses.select_related("revision").first()


def _open_code(digest: bytes, at: datetime) -> Code | None:
    """Return the code if it can be redeemed now. One statement, whatever is wrong with it."""
    is_open = Code.objects.filter(
        Q(total=None) | Q(used__lt=F("total")),
        digest=digest,
        pool__state=ReviewedState.APPROVED,
        pool__current_revision__starts_at__lte=at,
        pool__current_revision__ends_at__gt=at,
        pool__template__state=ReviewedState.APPROVED,
    )
    return is_open.select_related("pool__current_revision", "pool__template__current_revision").first()


def _hold(pool: CodePool, at: datetime) -> None:
    """Keep the pool as it is until commit: after a stop is shown, none of its codes is redeemed."""
    pass_with_others(CodePool._meta.db_table, [pool.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM coupons_codepool WHERE id = %s AND state = %s AND current_revision_id = %s FOR SHARE",
            (pool.pk, ReviewedState.APPROVED, pool.current_revision_id),
        )
        if cursor.fetchone() is None:
            raise CodeRefused("unknown")


def _count(code: Code, customer_id: int) -> None:
    """The statements that decide: how many codes of the pool one customer redeems, and how often this one is."""
    figures = {"pool": code.pool_id, "customer": customer_id, "limit": code.pool.current_revision.per_customer}
    locking("coupon_code")
    with connection.cursor() as cursor:
        cursor.execute(COUNT_FOR_CUSTOMER, figures)
        if not cursor.rowcount:
            raise CodeRefused("unknown")
    if not use_code(code.pk):
        raise CodeRefused("unknown")


def use_code(code_id: int) -> bool:
    """The statement that decides how often a code is redeemed."""
    left = Code.objects.filter(Q(total=None) | Q(used__lt=F("total")), pk=code_id)
    return bool(left.update(used=F("used") + 1))
