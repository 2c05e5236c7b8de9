"""Copies of campaigns, on the same dates or on others."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.drafting import Beginning, Content, begin, content_of
from campaigns.commands.shifting import PERIOD, shifted
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import Campaign
from pricing.transactions import command


@command
def duplicate_campaign(
    *, campaign_id: int, by: AbstractBaseUser, at: datetime, key: UUID | None = None, days: int = 0
) -> Campaign:
    """Return a campaign that says what the given one says, so many days later: a draft, and one for each key.

    Raises WrongDraft if no calendar reaches so far.
    """
    original = Campaign.objects.get(pk=campaign_id)
    latest = original.current_revision or original.revisions.order_by("number").last()
    content = content_of(latest)
    if days:
        period = shifted({name: content.fields[name] for name in PERIOD}, days)
        content = Content(fields={**content.fields, **period}, rows=content.rows)
    return begin(CAMPAIGNS, owner={"shop": original.shop}, content=content, start=Beginning(by, at, key))
