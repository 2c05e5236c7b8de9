"""What customers have bought before, as far as it makes them no longer new.

A paid order counts with every shop it has goods of, and so does one placed as a guest under the same phone number, once
the customer has shown that the phone is theirs. With settings.NEW_AGAIN_AFTER_REFUND, goods given back count no more.
"""

import re

from django.conf import settings
from django.db.models import CharField, Exists, Expression, F, Func, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from campaigns.models import Customer
from storefront.lifecycle import OrderState
from storefront.models import OrderLine

DIGITS = 11  # as many as tell phones of one country apart; what stands before them is the country


def bought_at(customer: Customer) -> frozenset[str]:
    """Return the codes of the shops where the customer has bought; of a stand-in that has, a shop of no name.

    One query.
    """
    if not customer.pk:
        return frozenset({""} if customer.first_paid_at else ())
    own = Q(order__customer=customer)
    digits = phone_digits(customer.phone) if customer.phone_verified_at else ""
    if digits:
        own |= Q(order__in=_guest_orders().filter(order_phone=digits).values("order"))
    return frozenset(_counting_lines().filter(own).order_by().values_list("shop__code", flat=True).distinct())


def never_bought(shop: str = "") -> Q:
    """Return what selects the customers who have not bought at a shop; "" = at any."""
    lines = _counting_lines()
    if shop:
        lines = lines.filter(shop__code=shop)
    own = Exists(lines.filter(order__customer=OuterRef("pk")))
    digits = _Digits(OuterRef("phone"))
    as_guest = Exists(_guest_orders(lines).filter(order_phone=digits).exclude(order_phone=""))
    return ~Q(own) & ~(Q(as_guest) & Q(phone_verified_at__isnull=False))


def phone_digits(phone: str) -> str:
    """Return what a phone number is compared by: its last digits, without signs, spaces and country."""
    return re.sub(r"[^0-9]", "", phone)[-DIGITS:]


class _Digits(Func):
    """`phone_digits` in SQL; an index on guests' orders holds the same expression."""

    template = f"right(regexp_replace(%(expressions)s, '[^0-9]', '', 'g'), {DIGITS})"
    output_field = CharField()


def _counting_lines() -> QuerySet[OrderLine]:
    paid = OrderLine.objects.filter(order__state=OrderState.PAID)
    if not settings.NEW_AGAIN_AFTER_REFUND:
        return paid
    return paid.exclude(returned=F("quantity")).exclude(net_cents__gt=0, refunded_cents=F("net_cents"))


def _guest_orders(lines: QuerySet[OrderLine] | None = None) -> QuerySet[OrderLine]:
    phone: Expression = _Digits(KeyTextTransform("phone", "order__recipient"))
    found = _counting_lines() if lines is None else lines
    return found.filter(order__customer=None).annotate(order_phone=phone)
