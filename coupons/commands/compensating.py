"""A service agent gives a customer a coupon for a ticket; above a limit a second person decides.

Locks: the ticket's own row → the agent's day → what issuing locks.
"""

import unicodedata
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.urls import reverse

from campaigns.commands.auditing import note_move
from campaigns.commands.staff_notices import settle_notices, tell_staff
from campaigns.models import Customer
from campaigns.selectors.staff import staff_with
from coupons.commands.granting import grant_coupon
from coupons.commands.recalling import take_back_coupon
from coupons.models import Compensation, CompensationLimit, CompensationState, CouponTemplate, Route
from coupons.refusals import CompensationRefused
from coupons.selectors.compensations import is_same_person, limit_in_force, templates_for_service
from coupons.selectors.risk import is_blocked
from coupons.validity import day_of
from pricing.engine.messages import N_, Message
from pricing.ledger import book_once
from pricing.transactions import command, locking

LONGEST_TICKET = Compensation._meta.get_field("ticket").max_length
LONGEST_REASON = 1_000
ASKED = N_("%(who)s asks for a service coupon worth %(face_cents)s for %(customer)s.")
ASKED_UNKNOWN = N_("%(who)s asks for a service coupon of unknown worth for %(customer)s.")
COUNT_FOR_DAY = """
INSERT INTO coupons_compensationday AS counted (agent_id, day, used, total, used_cents, total_cents)
SELECT %(agent)s, %(day)s, 1, %(most)s, %(face)s, %(most_cents)s WHERE %(most)s >= 1 AND %(face)s <= %(most_cents)s
ON CONFLICT (agent_id, day) DO UPDATE
SET used = counted.used + 1, total = %(most)s,
    used_cents = counted.used_cents + %(face)s, total_cents = %(most_cents)s
WHERE counted.used < %(most)s AND counted.used_cents + %(face)s <= %(most_cents)s
"""


@command
def give_compensation(
    *, ticket: str, customer_id: int, template_id: int, reason: str, by: AbstractBaseUser, at: datetime
) -> Compensation:
    """Give a coupon for a ticket, or ask a second person to; asked again for the same, the answer is the same coupon.

    It counts for the agent's day as soon as it is asked for. Raises CompensationRefused, naming the field, or what
    grant_coupon raises; then nothing has changed.
    """
    if not by.has_perm("coupons.grant_compensation"):
        raise CompensationRefused(N_("You may not give coupons to customers."))
    ticket, reason = ticket_of(ticket), _said(reason)
    twins = Compensation.objects.filter(ticket=ticket, customer=customer_id, template=template_id)
    if given := twins.first():
        return given
    limit = limit_in_force()
    template = _template_for_service(template_id, limit)
    _check_person(by, customer_id, at=at)
    face_cents = template.current_revision.face_cents
    asked = Compensation(
        ticket=ticket, customer_id=customer_id, template=template, face_cents=face_cents, reason=reason, by=by, at=at
    )
    locking("compensation")
    if not book_once(asked):
        return twins.get()
    asked = twins.get()
    _count(by, face_cents, limit, at=at)
    if not 0 < face_cents <= limit.alone_up_to_cents:  # nobody has said what it is worth, or it is worth more
        _ask_a_second_person(asked, at=at)
        return asked
    _issue(asked, at=at)
    return _moved(asked, "give", CompensationState.GIVEN, by=by, at=at, reason=reason)


@command
def approve_compensation(*, compensation_id: int, by: AbstractBaseUser, at: datetime, remark: str = "") -> Compensation:
    """Give the coupon that somebody else has asked for. Raises CompensationRefused, or what grant_coupon raises."""
    asked = _waiting(compensation_id, by)
    _check_person(by, asked.customer_id, at=at)
    template = _template_for_service(asked.template_id, limit_in_force())
    if template.current_revision.face_cents > asked.face_cents:
        raise _worth_more()
    _issue(asked, at=at)
    return _decided(asked, "approve", CompensationState.GIVEN, by=by, at=at, remark=remark.strip())


@command
def refuse_compensation(*, compensation_id: int, by: AbstractBaseUser, at: datetime, remark: str) -> Compensation:
    """Say no, with a remark that the agent reads. Raises CompensationRefused."""
    asked = _waiting(compensation_id, by)
    if not remark.strip():
        raise CompensationRefused(N_("Say why: the reason is kept in the history."), field="remark")
    return _decided(asked, "reject", CompensationState.REFUSED, by=by, at=at, remark=remark.strip())


@command
def recall_compensation(*, compensation_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> Compensation:
    """Take back a coupon that was given by mistake and that nobody has used. It still counts for the agent's day.

    Raises CompensationRefused for one that is used, kept for an order, or was never given.
    """
    if not by.has_perm("coupons.recall_compensation"):
        raise CompensationRefused(N_("You may not recall coupons."))
    reason = _said(reason)
    given = _locked(compensation_id)
    if given.state != CompensationState.GIVEN:
        raise CompensationRefused(
            N_("This is not possible now: the state is “%(state)s”."), state=given.get_state_display()
        )
    if not take_back_coupon(coupon_id=given.coupon_id, reason=reason, by=by, at=at):
        raise CompensationRefused(N_("The coupon is used, or kept for an order: it cannot be recalled."))
    given.recalled_by, given.recalled_at, given.recall_reason = by, at, reason
    return _moved(given, "recall", CompensationState.RECALLED, by=by, at=at, reason=reason)


def ticket_of(text: str) -> str:
    """Return a ticket number as it is compared: narrow capitals, single spaces. Raises CompensationRefused."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    ticket = "".join([sign for sign in " ".join(narrow.split()) if sign.isprintable()])
    if not ticket or len(ticket) > LONGEST_TICKET:
        raise CompensationRefused(
            N_("Give the number of the ticket, %(most)s characters at most."), field="ticket", most=LONGEST_TICKET
        )
    return ticket


def notice_key(asked: Compensation) -> str:
    """Return the name of what approvers are told about a request."""
    return f"compensation:{asked.pk}"


def _said(reason: str) -> str:
    reason = reason.replace("\0", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        text = N_("Say why, in %(most)s characters at most: the reason is kept in the history.")
        raise CompensationRefused(text, field="reason", most=LONGEST_REASON)
    return reason


def _template_for_service(template_id: int, limit: CompensationLimit | None) -> CouponTemplate:
    template = templates_for_service(limit).filter(pk=template_id).first()
    if template is None:
        raise CompensationRefused(
            N_("This coupon is not among those that service gives: ask an approver."), field="template"
        )
    return template


def _check_person(agent: AbstractBaseUser, customer_id: int, *, at: datetime) -> None:
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise CompensationRefused(N_("This customer is not there any more."), field="customer")
    if is_same_person(agent, customer):
        raise CompensationRefused(N_("Nobody gives coupons to themselves: ask a colleague."), field="customer")
    if is_blocked(customer_id, at=at):
        text = N_("This customer is on a block list and gets no coupons. Lift the block first, or refuse the wish.")
        raise CompensationRefused(text, field="customer")


def _count(agent: AbstractBaseUser, face_cents: int, limit: CompensationLimit, *, at: datetime) -> None:
    if not count_for_day(agent.pk, face_cents, limit, at=at):
        raise CompensationRefused(
            N_("Your day is used up: %(most)s coupons worth %(most_cents)s a day. Ask a colleague."),
            most=limit.per_day,
            most_cents=limit.cents_per_day,
        )


def count_for_day(agent_id: int, face_cents: int, limit: CompensationLimit, *, at: datetime) -> bool:
    """The statement that decides how much an agent gives in a day."""
    figures = {
        "agent": agent_id,
        "day": day_of(at),
        "face": face_cents,
        "most": limit.per_day,
        "most_cents": limit.cents_per_day,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_FOR_DAY, figures)
        return bool(cursor.rowcount)


def _issue(asked: Compensation, *, at: datetime) -> None:
    asked.coupon = grant_coupon(
        template_id=asked.template_id,
        customer_id=asked.customer_id,
        grant_key=f"service:{asked.pk}",
        at=at,
        route=Route.SERVICE,
    )
    if asked.coupon.reserved_cents > asked.face_cents:  # its template has changed since it was looked at
        raise _worth_more()


def _worth_more() -> CompensationRefused:
    return CompensationRefused(N_("The coupon is worth more now than when it was asked for: it must be asked anew."))


def _ask_a_second_person(asked: Compensation, *, at: datetime) -> None:
    tell_staff(
        users=staff_with("coupons.approve_compensation").exclude(pk=asked.by_id),
        text=Message(
            ASKED if asked.face_cents else ASKED_UNKNOWN,
            {"who": str(asked.by), "face_cents": asked.face_cents, "customer": str(asked.customer)},
        ),
        link=reverse("admin:coupons_compensation_change", args=[asked.pk]),
        at=at,
        key=notice_key(asked),
    )
    note_move(asked, move="ask", before="", by=asked.by, at=at, reason=asked.reason)


def _locked(compensation_id: int) -> Compensation:
    locking("compensation")
    return Compensation.objects.select_for_update(of=("self",)).get(pk=compensation_id)


def _waiting(compensation_id: int, by: AbstractBaseUser) -> Compensation:
    asked = _locked(compensation_id)
    if not by.has_perm("coupons.approve_compensation"):
        raise CompensationRefused(N_("You may not decide this."))
    if asked.state != CompensationState.WAITING:
        raise CompensationRefused(N_("Somebody else was faster. Please look again."))
    if asked.by_id == by.pk:
        raise CompensationRefused(N_("A second person has to decide this."))
    return asked


def _decided(
    asked: Compensation, move: str, state: str, *, by: AbstractBaseUser, at: datetime, remark: str
) -> Compensation:
    asked.decided_by, asked.decided_at, asked.remark = by, at, remark[:LONGEST_REASON]
    settle_notices(keys=[notice_key(asked)], at=at)
    return _moved(asked, move, state, by=by, at=at, reason=remark)


def _moved(
    asked: Compensation, move: str, state: str, *, by: AbstractBaseUser, at: datetime, reason: str
) -> Compensation:
    before, asked.state = asked.state, state
    asked.save()
    note_move(asked, move=move, before=before, by=by, at=at, reason=reason)
    return asked
