"""The circuit breaker: a template that gives out too much within one minute pauses until a person lets it go on.

The purse decides (budget.COUNT_ISSUE): what would exceed the limit is refused and rolled back, by whichever route it
came. Then, in a transaction of its own, issuing is paused and people are told; only what a person has approved, a list
or a gift, just waits for the next minute (in_turn).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from campaigns.commands.staff_notices import tell_staff
from campaigns.commands.transitions import locked_subject
from coupons.commands.guards import Guard
from coupons.commands.templates import TEMPLATES, move_template
from coupons.lifecycle import ReviewedState
from coupons.models import Coupon, CouponTemplate, TemplateBudget
from coupons.refusals import IssuedTooFast, MinuteFull
from coupons.selectors.concerned import concerned_with
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_, Message
from pricing.transactions import Busy, command
from pricing.wording import say

ROOM_FOR_LISTS = """
SELECT 1 FROM coupons_templatebudget purse WHERE template_id = %s AND (
    COALESCE(purse.minute < %s, TRUE)
    OR (minute_issued < GREATEST(COALESCE(most_per_minute, %s) / 2, 1)
        AND minute_cents + %s <= GREATEST(COALESCE(most_cents_per_minute, %s) / 2, %s))
)
"""
WHY = N_("More than %(number)s coupons or %(most_cents)s within one minute.")
TOLD = N_("“%(thing)s” is paused: more than %(number)s coupons or %(most_cents)s would have been issued in a minute.")


def trip_when_too_fast(
    function: Callable[..., Any], args: tuple[Any, ...], given: Mapping[str, Any], refusal: Refusal
) -> None:
    """Listen to refused commands (pricing.transactions.REFUSAL_LISTENERS) and pause what was issued too fast."""
    if isinstance(refusal, IssuedTooFast):
        try:
            trip(template_id=int(refusal.figures["template"]), at=given.get("at") or database_now())
        except Busy:
            return  # the next one that is refused tries again


@contextmanager
def in_turn() -> Iterator[None]:
    """Issue what a person has approved one by one: a full minute is then a queue and no alarm. Raises MinuteFull."""
    try:
        yield
    except IssuedTooFast as refusal:
        raise MinuteFull(refusal.msgid, **refusal.figures) from refusal


def room_for_lists(coupon: Coupon, *, at: datetime) -> Guard:
    """Leave half of each minute to those who claim: a list or a gift that took it all would have their coupon paused.

    Raises MinuteFull. It only looks, before the count: whoever gives at the same moment may take one more.
    """
    face_cents, minute = coupon.reserved_cents, at.replace(second=0, microsecond=0)
    limits = (settings.COUPONS_PER_MINUTE, face_cents, settings.COUPON_CENTS_PER_MINUTE, face_cents)
    return Guard("", ROOM_FOR_LISTS, (coupon.template_id, minute, *limits), _wait_for_the_next_minute)


def _wait_for_the_next_minute() -> Refusal:
    return MinuteFull(N_("Lists and gifts have had their part of this minute: they go on in the next one."))


@command
def trip(*, template_id: int, at: datetime) -> bool:
    """Pause a template and tell its author and the approvers; False if somebody has paused it before."""
    template: CouponTemplate = locked_subject(TEMPLATES, template_id)
    if template.state != ReviewedState.APPROVED:
        return False
    purse = TemplateBudget.objects.get(pk=template_id)
    limits = {
        "number": purse.most_per_minute or settings.COUPONS_PER_MINUTE,
        "most_cents": purse.most_cents_per_minute or settings.COUPON_CENTS_PER_MINUTE,
    }
    with translation.override(settings.LANGUAGE_CODE):  # kept for the staff: not as the shopper happens to read
        reason = say(Message(WHY, limits))
    move_template(template_id=template_id, move="pause", by=None, at=at, reason=reason)
    # Whoever lets it go on lets it begin a minute of its own.
    TemplateBudget.objects.filter(pk=template_id).update(minute_issued=0, minute_cents=0)
    revision = template.current_revision
    names = {"thing": revision.name, "thing_zh": revision.name_zh or revision.name}
    tell_staff(
        users=concerned_with(template),
        text=Message(TOLD, names | limits),
        link=reverse("admin:coupons_coupontemplate_change", args=[template_id]),
        at=at,
    )
    return True
