"""What staff do to customers beyond typing."""

from datetime import datetime

from django.db import IntegrityError, transaction

from campaigns.models import Customer
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking


class CannotVerify(Refusal):
    """The phone of a customer cannot be taken for verified."""


class BirthdayRefused(Refusal):
    """There is no such day, or the customer has told another one before."""


@command
def enter_birthday(*, customer_id: int, month: int, day: int, at: datetime) -> None:
    """Keep the birthday that a customer tells, once: gifts come by it. Raises BirthdayRefused."""
    locking("customer")
    try:
        with transaction.atomic():
            unknown = Customer.objects.filter(pk=customer_id, birth_month=None)
            is_new = unknown.update(birth_month=month, birth_day=day, birthday_at=at)
    except IntegrityError as error:
        raise BirthdayRefused(N_("There is no such day. Please choose month and day again."), field="day") from error
    if not is_new:
        text = N_("You have told us your birthday before. If it is wrong, please ask our service.")
        raise BirthdayRefused(text, field="day")


@command
def verify_phone(*, customer_id: int, at: datetime) -> None:
    """Note that somebody has made sure of the customer's phone. Raises CannotVerify if it is another's, or missing."""
    locking("customer")
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if not any(sign.isdigit() for sign in customer.phone):
        raise CannotVerify(N_("%(customer)s has given no phone number."), field="phone", customer=str(customer))
    try:
        with transaction.atomic():
            Customer.objects.filter(pk=customer_id, phone_verified_at=None).update(phone_verified_at=at)
    except IntegrityError as error:
        raise CannotVerify(
            N_("The phone of %(customer)s is verified for another customer."), field="phone", customer=str(customer)
        ) from error
