"""Timers of the shop. They find what is due and may run twice; a lost race is logged and left to the winner."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.utils import timezone

from pricing.engine.errors import Refusal
from storefront.commands.cancelling import cancel_overdue
from storefront.commands.transfers import transfer, untransferred_entries
from storefront.selectors.orders import overdue_orders

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 500


@shared_task
def cancel_unpaid_orders() -> None:
    """Cancel orders past their payment deadline; everything they took comes back."""
    now = timezone.now()
    for order_id in overdue_orders(at=now).values_list("pk", flat=True)[:MOST_AT_ONCE]:
        with logged_refusals():
            cancel_overdue(order_id=order_id, at=now)


@shared_task
def send_money_back() -> None:
    """Have the provider carry out refunds and returns of stray payments."""
    for entry in untransferred_entries()[:MOST_AT_ONCE]:
        with logged_refusals():
            transfer(entry=entry, at=timezone.now())


@contextmanager
def logged_refusals() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        logger.info("left to the winner: %s", refusal)
