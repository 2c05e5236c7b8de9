"""Timers: find what is due and tidy it. Each may run twice, late or not at all without a wrong price."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from campaigns.senders import SENDERS
from campaigns.sources import ask
from coupons.commands import budget_alarms
from coupons.commands.gift_giving import give_what_is_due
from coupons.commands.redeeming import forget_tries
from coupons.commands.reminder_letters import Post, send_reminders
from coupons.commands.reminding import remind
from coupons.commands.rises import note_rises
from coupons.commands.risk_tidying import forget_attempts, lapse_cases, tell_of_held
from coupons.commands.tidying import release_overdue_lock, settle_expired
from coupons.selectors.overdue import overdue_locks, templates_to_settle
from pricing.clock import database_now
from pricing.timers import one_by_one

BATCH = 1000


@shared_task
def release_overdue_locks() -> int:
    """Free the coupons of orders that were not paid in time; return how many."""
    now = database_now()
    due = overdue_locks(at=now).values_list("pk", flat=True)[:BATCH]
    return one_by_one(due, lambda coupon_id: release_overdue_lock(coupon_id=coupon_id, at=now))


@shared_task
def settle_expired_coupons() -> int:
    """Give what expired coupons had reserved back to their templates; return how many."""
    now, settled = database_now(), list[int]()

    def settle(template_id: int) -> None:
        settled.append(settle_expired(template_id=template_id, at=now))

    one_by_one(templates_to_settle(at=now), settle)
    return sum(settled)


@shared_task
def watch_budgets() -> int:
    """Tell of templates whose number or money is nearly or wholly used up; return of how many steps."""
    return budget_alarms.watch_budgets(at=database_now())


@shared_task
def forget_code_tries() -> int:
    """Delete the counts of tries that bind nobody any more; return how many."""
    return forget_tries(before=database_now() - timedelta(minutes=2 * settings.CODE_TRY_MINUTES))


@shared_task
def remind_of_coupons() -> int:
    """Tell customers of coupons that are about to expire, and send the letters; return how many were told."""
    now = database_now()
    told = remind(at=now, days=settings.COUPON_REMINDER_DAYS, from_hour=settings.COUPON_REMINDER_HOUR)
    post = Post(
        send=SENDERS[settings.REACH_SENDER].send,
        site=settings.SITE_ADDRESS,
        wallet_path=ask("wallet_page", default="/"),
        opt_out_path=ask("account_page", default="/"),
    )
    send_reminders(at=now, post=post)
    return told


@shared_task
def forget_risk_attempts() -> int:
    """Close what nobody has decided about in time, and delete risk decisions that no rule counts; return how many."""
    now = database_now()
    lapse_cases(at=now)
    return forget_attempts(at=now)


@shared_task
def tell_of_held_attempts() -> int:
    """Tell staff how many attempts wait for a decision, grouped; return how many people were told."""
    return tell_of_held(at=database_now())


@shared_task
def give_member_gifts() -> int:
    """Note rises and birthdays and give what members are due; return how many coupons. Nobody gets two."""
    note_rises()
    return give_what_is_due(at=database_now())
