"""Timers of campaigns. They write down and announce what the clock has decided; no price waits for them."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from campaigns.commands import reach
from campaigns.commands.alarms import watch_campaigns
from campaigns.commands.interventions import lapse_overdue
from campaigns.commands.phases import note_phases
from campaigns.commands.reserving import release_due
from campaigns.commands.staff_notices import mail_notices
from campaigns.commands.tags import apply_rule, rules_due
from campaigns.notice_wording import mail_of
from campaigns.reach_letters import Mailbox
from campaigns.senders import SENDERS
from campaigns.sources import ask
from pricing.clock import database_now
from pricing.timers import one_by_one


@shared_task(name="campaigns.tasks.tick")
def tick() -> None:
    """Note every phase that campaigns have entered; release what those that are over hold, and close what waits.

    Runs each second, twice or late without harm.
    """
    at = database_now()
    note_phases(at=at)
    release_due(at=at)
    lapse_overdue(at=at)


@shared_task
def watch() -> None:
    """Raise alarms about what runs: losses, prices, speed, budgets; runs twice or late without harm."""
    watch_campaigns(at=database_now())


@shared_task
def mail_staff() -> None:
    """Send the notices of the staff as mails; runs twice or late without harm."""
    mail_notices(send=lambda notice: mail_of(notice).send(), at=database_now())


@shared_task
def tell_shoppers() -> None:
    """Tell the audiences of what has started; runs twice or late without harm."""
    reach.tell_audiences(at=database_now(), most_a_week=settings.REACH_MOST_A_WEEK)


@shared_task
def send_letters() -> None:
    """Send the letters that are queued, each at most once."""
    mailbox = Mailbox(
        send=SENDERS[settings.REACH_SENDER].send,
        site=settings.SITE_ADDRESS,
        page_of=lambda campaign_id: ask("campaign_page", campaign_id, default="/"),
        opt_out_path=ask("account_page", default="/"),
    )
    reach.send_letters(at=database_now(), mailbox=mailbox)


@shared_task
def apply_tag_rules() -> None:
    """Apply the rules of tags that are due; one that cannot be applied keeps no other waiting."""
    at = database_now()
    due = rules_due(before=at - timedelta(minutes=settings.TAG_RULES_MINUTES))
    one_by_one(due, lambda tag_id: apply_rule(tag_id, at=at))
