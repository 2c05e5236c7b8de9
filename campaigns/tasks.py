"""Timers of campaigns. They write down and announce what the clock has decided; no price waits for them."""

from celery import shared_task

from campaigns.commands.phases import note_phases
from campaigns.commands.reserving import release_due
from campaigns.commands.staff_notices import mail_notices
from campaigns.notice_wording import mail_of
from pricing.clock import database_now


@shared_task(name="campaigns.tasks.tick")
def tick() -> None:
    """Note every phase that campaigns have entered, and release what those that are over hold.

    Runs each second, twice or late without harm.
    """
    at = database_now()
    note_phases(at=at)
    release_due(at=at)


@shared_task
def mail_staff() -> None:
    """Send the notices of the staff as mails; runs twice or late without harm."""
    mail_notices(send=lambda notice: mail_of(notice).send(), at=database_now())
