"""Importing lists of customers: written once, never changed."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from campaigns.models import CustomerList
from pricing.transactions import command


@command
def import_list(
    *, name: str, note: str, customer_ids: Collection[int], by: AbstractBaseUser, at: datetime
) -> CustomerList:
    """Store a list with its members, whole or not at all."""
    made = CustomerList.objects.create(name=name, note=note, size=len(customer_ids), imported_by=by, imported_at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_listmember (list_id, customer_id) SELECT %s, unnest(%s::bigint[])",
            [made.pk, list(customer_ids)],
        )
    return made
