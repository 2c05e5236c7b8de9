"""One act for many campaigns: each by the same command as alone, and what is refused is reported, not forced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext

from campaigns.commands.auditing import note_attempt
from campaigns.commands.campaigns import submit_campaign
from campaigns.commands.copying import duplicate_campaign
from campaigns.commands.interventions import Wish, ask_for, do_at_once
from campaigns.commands.review import NotReady
from campaigns.commands.transitions import MoveRefused
from campaigns.models import Campaign, CampaignRevision, CampaignTransition, Intervention, ReviewState
from campaigns.selectors.interventions import skus_still_in, touched
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

PERMISSIONS = {
    "submit": "campaigns.submit_campaign",
    "pause": "campaigns.pause_campaign",
    "resume": "campaigns.pause_campaign",
    "duplicate": "campaigns.add_campaign",
}


@dataclass(frozen=True, slots=True)
class Bulk:
    """What shall be done to each: `act` is a key of PERMISSIONS, `by_id` the person, `since` when it was asked for.

    `key` makes one copy of each campaign, however often a worker begins anew; `days` is how much later copies are.
    """

    act: str
    by_id: int
    since: datetime
    key: UUID
    reason: str = ""
    days: int = 0


def act_on(bulk: Bulk, *, campaign_id: int, at: datetime) -> list[Refusal]:
    """Do it to one campaign and return why not, nothing if it is done. Done before by the same bulk counts as done."""
    if _was_done(bulk, campaign_id):
        return []
    person = get_user_model().objects.filter(pk=bulk.by_id, is_active=True).first()
    if person is None or not person.has_perm(PERMISSIONS[bulk.act]):
        return [_noted(bulk, campaign_id, MoveRefused(N_("You may not do this any more.")), at)]
    try:
        ACTS[bulk.act](bulk, campaign_id, person, at)
    except NotReady as refusal:
        return refusal.problems
    except Refusal as refusal:
        return [refusal]
    return []


def _noted(bulk: Bulk, campaign_id: int, why: Refusal, at: datetime) -> Refusal:
    """Write an attempt down that reaches no command, and return why it was refused."""
    campaign = Campaign.objects.get(pk=campaign_id)
    who = get_user_model().objects.get(pk=bulk.by_id)
    note_attempt(campaign, act=bulk.act, why=why, by=who, at=at, reason=bulk.reason)
    return why


def _submit(bulk: Bulk, campaign_id: int, person: AbstractBaseUser, at: datetime) -> None:
    draft = CampaignRevision.objects.filter(campaign=campaign_id, review=ReviewState.DRAFT).first()
    if draft is None:
        raise _noted(bulk, campaign_id, MoveRefused(N_("There is no draft to hand in.")), at)
    submit_campaign(revision_id=draft.pk, by=person, at=at)


def _pause(bulk: Bulk, campaign_id: int, person: AbstractBaseUser, at: datetime) -> None:
    """Pause at once; a second person reviews it afterwards."""
    do_at_once(campaign_id=campaign_id, wish=_wish(bulk, campaign_id), by=person, at=at)


def _resume(bulk: Bulk, campaign_id: int, person: AbstractBaseUser, at: datetime) -> None:
    """Ask a second person to let it go on."""
    ask_for(campaign_id=campaign_id, wish=_wish(bulk, campaign_id), by=person, at=at)


def _wish(bulk: Bulk, campaign_id: int) -> Wish:
    campaign = Campaign.objects.select_related("current_revision").get(pk=campaign_id)
    revision = campaign.current_revision
    carts = touched(campaign, skus_still_in(revision)).carts if revision else 0
    return Wish(deed=bulk.act, reason=bulk.reason or gettext("several campaigns at once"), carts=carts)


def _duplicate(bulk: Bulk, campaign_id: int, person: AbstractBaseUser, at: datetime) -> None:
    key = _key_of_copy(bulk, campaign_id)
    duplicate_campaign(campaign_id=campaign_id, by=person, at=at, key=key, days=bulk.days)


ACTS: dict[str, Callable[..., None]] = {
    "submit": _submit,
    "pause": _pause,
    "resume": _resume,
    "duplicate": _duplicate,
}


def _was_done(bulk: Bulk, campaign_id: int) -> bool:
    if bulk.act == "duplicate":
        return Campaign.objects.filter(draft_key=_key_of_copy(bulk, campaign_id)).exists()
    if bulk.act == "submit":
        moves = CampaignTransition.objects.filter(subject=campaign_id, move="submit", by=bulk.by_id)
        return moves.filter(at__gte=bulk.since).exists()
    deeds = Intervention.objects.filter(campaign=campaign_id, deed=bulk.act, asked_by=bulk.by_id)
    return deeds.filter(asked_at__gte=bulk.since).exists()


def _key_of_copy(bulk: Bulk, campaign_id: int) -> UUID:
    return uuid5(bulk.key, str(campaign_id))
