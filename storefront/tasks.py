"""Timers of the shop. They find what is due and may run twice; each row is done once, whoever comes first."""

from celery import shared_task

from pricing.clock import database_now
from pricing.timers import one_by_one
from storefront.commands.cancelling import cancel_overdue
from storefront.commands.rewards import issue_reward, settle_reward
from storefront.commands.transfers import transfer, untransferred_entries
from storefront.selectors.orders import overdue_orders
from storefront.selectors.rewards import rewards_to_issue, rewards_to_settle

MOST_AT_ONCE = 500


@shared_task
def cancel_unpaid_orders() -> None:
    """Cancel orders past their payment deadline; everything they took comes back."""
    now = database_now()
    due = overdue_orders(at=now).values_list("pk", flat=True)[:MOST_AT_ONCE]
    one_by_one(due, lambda order_id: cancel_overdue(order_id=order_id, at=now))


@shared_task
def settle_rewards() -> None:
    """Give the coupons that paid orders earned, and settle those that were in use when they were lost."""
    now = database_now()
    one_by_one(
        rewards_to_issue().values_list("pk", flat=True)[:MOST_AT_ONCE],
        lambda reward_id: issue_reward(reward_id=reward_id, at=now),
    )
    one_by_one(
        rewards_to_settle()[:MOST_AT_ONCE],
        lambda reward_id: settle_reward(reward_id=reward_id, at=now),
    )


@shared_task
def send_money_back() -> None:
    """Have the provider carry out refunds and returns of stray payments."""
    one_by_one(untransferred_entries()[:MOST_AT_ONCE], lambda entry: transfer(entry=entry, at=database_now()))
