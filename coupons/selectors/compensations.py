"""What service may give, to whom, and what a customer has got already."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from campaigns.models import Customer
from campaigns.models.customer import PHONE_DIGITS, PhoneDigits
from campaigns.sources import ask
from coupons.lifecycle import ReviewedState
from coupons.models import Compensation, CompensationDay, CompensationLimit, CouponTemplate, IssueChannel
from coupons.validity import day_of

LEAST_DIGITS = 6  # of a phone number: fewer would find strangers
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an agent may still give today."""

    coupons: int
    cents: int


def limit_in_force() -> CompensationLimit | None:
    """Return the limits of service coupons; None while nobody has set any. One query."""
    return CompensationLimit.objects.order_by("-pk").first()


def templates_for_service(limit: CompensationLimit | None) -> QuerySet[CouponTemplate]:
    """Return the coupons that service gives and that are given out at all."""
    if limit is None:
        return CouponTemplate.objects.none()
    by_service = Q(current_revision__issue_channels=[]) | Q(
        current_revision__issue_channels__contains=[IssueChannel.SERVICE]
    )
    approved = limit.templates.filter(by_service, state=ReviewedState.APPROVED)
    return approved.select_related("current_revision").order_by("pk")


def allowance_of(agent: AbstractBaseUser, limit: CompensationLimit, *, at: datetime) -> Allowance:
    """Return what is left of an agent's day. One query."""
    today = CompensationDay.objects.filter(agent=agent, day=day_of(at)).first()
    used, used_cents = (today.used, today.used_cents) if today else (0, 0)
    return Allowance(max(limit.per_day - used, 0), max(limit.cents_per_day - used_cents, 0))


def is_same_person(agent: AbstractBaseUser, customer: Customer) -> bool:
    """Whether a customer is the agent: by login, by e-mail, or by the phone of the agent's own customer rows."""
    mine = Q(user=agent)
    if agent.email:
        mine |= Q(user__email__iexact=agent.email)
    own = Customer.objects.filter(mine)
    if own.filter(pk=customer.pk).exists():
        return True
    phones = set(own.exclude(phone="").annotate(digits=PhoneDigits("phone")).values_list("digits", flat=True)) - {""}
    return digits_of(customer.phone) in phones


def digits_of(phone: str) -> str:
    """Return what a phone number is compared by."""
    return "".join(sign for sign in phone if sign.isascii() and sign.isdigit())[-PHONE_DIGITS:]


def customers_found(text: str) -> list[Customer]:
    """Return whom an agent means: e-mail, phone, account name, customer number or order number, exactly so."""
    text = text.replace("\0", "").strip()
    if not text:
        return []
    meant = Q(code__iexact=text) | Q(user__username__iexact=text) | Q(user__email__iexact=text)
    if (ordered := ask("customer_of_order", text)) is not None:
        meant |= Q(pk=ordered)
    found = Customer.objects.select_related("user")
    digits = digits_of(text)
    if len(digits) >= LEAST_DIGITS:
        found, meant = found.annotate(digits=PhoneDigits("phone")), meant | Q(digits=digits)
    return list(found.filter(meant).order_by("pk")[:MOST_FOUND])


def compensations_of(customer: Customer) -> QuerySet[Compensation]:
    """Return what service has given a customer, the latest first."""
    given = Compensation.objects.filter(customer=customer)
    return given.select_related("template__current_revision", "coupon", "by").order_by("-pk")
