"""Tell the audience of a campaign that it has started: in batches, each customer once on each channel.

A batch is one transaction: who is in it, what becomes of each and the messages in the shop are written together, and
the wave moves on with them. Letters are only queued there; `send_letters` claims each before it hands it over, so that
a worker that is killed leaves at most one letter of which nobody knows whether it went out, and that is not sent again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from campaigns.lifecycle import CampaignState
from campaigns.models import (
    Campaign,
    CampaignRevision,
    ContactWish,
    Customer,
    Reach,
    ReachChannel,
    ReachOutcome,
    ReachWave,
    ShopperMessage,
)
from campaigns.reach_letters import Mailbox, letter_of
from campaigns.selectors.audience import customers_of
from campaigns.selectors.emergencies import may_be_reverted
from campaigns.selectors.reach import channels_of, heard_lately, revisions_to_tell
from pricing.timers import one_by_one
from pricing.transactions import command

TURN = 7_302  # names this use of advisory locks
BATCH = 500
MOST_BATCHES = 40  # of one campaign in one sweep, so that no campaign keeps the others waiting
SILENCE = timedelta(minutes=10)
_O = ReachOutcome


def tell_audiences(*, at: datetime, most_a_week: int) -> int:
    """Tell the audiences of what runs at `at`; return how many customers were gone through. Repeating is harmless.

    `most_a_week`: of so many campaigns a customer hears within seven days at most, on each channel.
    """
    gone_through: list[int] = []
    one_by_one(revisions_to_tell(at), lambda revision: gone_through.append(_tell_all(revision.pk, at, most_a_week)))
    return sum(gone_through)


def _tell_all(revision_id: int, at: datetime, most_a_week: int) -> int:
    gone_through = 0
    for _ in range(MOST_BATCHES):
        told = tell_batch(revision_id=revision_id, at=at, most_a_week=most_a_week)
        gone_through += told
        if told < BATCH:
            break
    return gone_through


@command
def tell_batch(*, revision_id: int, at: datetime, most_a_week: int) -> int:
    """Tell the next customers of one campaign's audience; return how many they were, 0 when it is done or not my turn.

    One batch at a time in the whole house, so that two campaigns together do not pass the cap of a customer.
    """
    if not _is_my_turn():
        return 0
    revision = CampaignRevision.objects.select_related("campaign__shop").get(pk=revision_id)
    wave, _ = ReachWave.objects.get_or_create(campaign=revision.campaign, defaults={"begun_at": at})
    if wave.finished_at or not _is_open(revision, at):
        return 0
    rest = customers_of(revision, at=at).filter(pk__gt=wave.cursor)
    customers = list(rest.select_related("user").order_by("pk")[:BATCH])
    _write(revision, customers, at, most_a_week)
    wave.cursor = customers[-1].pk if customers else wave.cursor
    wave.finished_at = at if len(customers) < BATCH else None
    wave.save(update_fields=["cursor", "finished_at"])
    return len(customers)


def send_letters(*, at: datetime, mailbox: Mailbox, most: int = BATCH) -> int:
    """Send what is queued, one letter after the other; return how many were handed over.

    What somebody has begun to send and never told the end of is unknown after ten minutes, and not sent again.
    """
    Reach.objects.filter(outcome=_O.SENDING, at__lte=at - SILENCE).update(outcome=_O.UNKNOWN)
    queued = Reach.objects.filter(outcome=_O.QUEUED)
    over = Q(~may_be_reverted(), state=CampaignState.STOPPED) | Q(current_revision__ends_at__lte=at)
    queued.filter(_campaign_is(over)).update(outcome=_O.DROPPED)
    due = queued.filter(campaign__state=CampaignState.APPROVED).order_by("pk").values_list("pk", flat=True)[:most]
    return one_by_one(list(due), lambda pk: _send(pk, at, mailbox))


def _send(pk: int, at: datetime, mailbox: Mailbox) -> bool:
    row = Reach.objects.select_related("campaign__current_revision", "customer__user").get(pk=pk)
    wish = ContactWish.objects.filter(customer=row.customer_id).first()
    if wish is not None and not wish.wants(row.channel):
        Reach.objects.filter(pk=pk, outcome=_O.QUEUED).update(outcome=_O.OPTED_OUT)
        return False
    if not _claim(pk, at):
        return False
    try:
        mailbox.send(letter_of(row, mailbox))
    except Exception:
        Reach.objects.filter(pk=pk, outcome=_O.SENDING).update(outcome=_O.FAILED)
        raise
    return bool(Reach.objects.filter(pk=pk, outcome=_O.SENDING).update(outcome=_O.SENT))


def _claim(pk: int, at: datetime) -> bool:
    """Take one letter, in a transaction of its own before it goes out: two sweeps never send the same one."""
    mine = Reach.objects.filter(_campaign_is(Q(state=CampaignState.APPROVED)), pk=pk, outcome=_O.QUEUED)
    return bool(mine.update(outcome=_O.SENDING, at=at))


def _campaign_is(what: Q) -> Exists:
    """A condition on the campaign beside one on the row itself: a join would hide the row's own from its UPDATE."""
    return Exists(Campaign.objects.filter(what, pk=OuterRef("campaign")))


def _is_my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [TURN])
        return cursor.fetchone()[0]


def _is_open(revision: CampaignRevision, at: datetime) -> bool:
    """Whether a revision is still the one in force, and runs. Whether anything is left was asked before."""
    campaign = revision.campaign
    is_in_force = campaign.state == CampaignState.APPROVED and campaign.current_revision_id == revision.pk
    return is_in_force and revision.starts_at <= at < revision.ends_at


def _write(revision: CampaignRevision, customers: list[Customer], at: datetime, most_a_week: int) -> None:
    """Write what becomes of telling these customers, and the messages of those who get one in the shop."""
    ids = [customer.pk for customer in customers]
    wishes = {wish.pk: wish for wish in ContactWish.objects.filter(customer__in=ids)}
    heard = heard_lately(ids, at=at)
    rows = []
    for channel in channels_of(revision):
        for customer in customers:
            is_capped = heard.get((customer.pk, channel), 0) >= most_a_week
            outcome = _outcome(channel, customer, wishes.get(customer.pk), is_capped=is_capped)
            rows.append(Reach(campaign=revision.campaign, customer=customer, channel=channel, outcome=outcome, at=at))
    Reach.objects.bulk_create(rows, ignore_conflicts=True)
    ShopperMessage.objects.bulk_create(_messages(revision, rows, at), ignore_conflicts=True)


def _outcome(channel: str, customer: Customer, wish: ContactWish | None, *, is_capped: bool) -> str:
    if wish is not None and not wish.wants(channel):
        return _O.OPTED_OUT
    if channel == ReachChannel.EMAIL and not _has_address(customer):
        return _O.NO_ADDRESS
    if is_capped:
        return _O.CAPPED
    return _O.SENT if channel == ReachChannel.IN_SITE else _O.QUEUED


def _has_address(customer: Customer) -> bool:
    return customer.user is not None and customer.user.is_active and bool(customer.user.email)


def _messages(revision: CampaignRevision, rows: Iterable[Reach], at: datetime) -> Iterable[ShopperMessage]:
    for row in rows:
        if row.outcome == _O.SENT:
            yield ShopperMessage(
                customer=row.customer,
                source=revision.campaign.offer_id,
                campaign=revision.campaign,
                title=revision.name,
                title_zh=revision.name_zh,
                text=revision.reach_text,
                text_zh=revision.reach_text_zh,
                at=at,
            )
