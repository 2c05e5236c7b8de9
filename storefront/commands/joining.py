"""A visitor becomes a customer."""

import secrets
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError
from django.utils.translation import gettext_noop

from campaigns.models import Customer
from coupons.commands.gift_giving import note_sign_up
from coupons.risk.origin import NOWHERE, Origin
from pricing.engine.errors import Refusal
from pricing.transactions import command


class NameTaken(Refusal):
    """Somebody else has this user name."""


def open_account(
    *, username: str, password: str, name: str, at: datetime, origin: Origin = NOWHERE
) -> AbstractBaseUser:
    """Return the login of a new customer. Raises NameTaken, also where a twin of this request was faster."""
    try:
        return _open_account(username=username, password=make_password(password), name=name, at=at, origin=origin)
    except IntegrityError:
        raise NameTaken(gettext_noop("This user name is taken. Please choose another one."), field="username") from None


@command
def _open_account(*, username: str, password: str, name: str, at: datetime, origin: Origin) -> AbstractBaseUser:
    user = get_user_model().objects.create(username=username, password=password)
    customer = Customer.objects.create(code=f"C{secrets.token_hex(6).upper()}", user=user, name=name, registered_at=at)
    note_sign_up(customer_id=customer.pk, at=at, origin=origin)
    return user
