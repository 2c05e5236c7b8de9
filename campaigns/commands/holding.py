"""Hold campaigns while an order is placed: nobody pauses, stops or changes them in between."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign, CampaignRevision
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.gate import pass_with_others
from pricing.transactions import command, locking

HOLD = """
SELECT revision.id, campaign.edition FROM campaigns_campaign AS campaign
JOIN campaigns_campaignrevision AS revision ON revision.id = campaign.current_revision_id
WHERE revision.id = ANY(%s) AND campaign.state = %s AND revision.starts_at <= %s AND revision.ends_at > %s
AND NOT EXISTS (SELECT FROM campaigns_soldout WHERE revision_id = revision.id)
ORDER BY campaign.id FOR SHARE OF campaign
"""


class CampaignChanged(Refusal):
    """A campaign that an order was priced with is no longer what it was."""


@command
def hold_campaigns(*, editions: Mapping[int, int], at: datetime) -> None:
    """Lock the campaigns of these revisions, shared, until the order is committed.

    `editions`: of each revision's id, the edition of its campaign that the order was priced with.
    Two queries, and one more for each campaign.
    Raises CampaignChanged if one is no longer approved, has another current revision, does not run at `at`, or has had
    SKUs taken out or back in since.
    """
    if not editions:
        return
    locking("campaign")
    campaigns = CampaignRevision.objects.filter(pk__in=editions).values_list("campaign", flat=True)
    pass_with_others(Campaign._meta.db_table, set(campaigns))
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(editions), CampaignState.APPROVED, at, at])
        held = dict(cursor.fetchall())
    if held != dict(editions):
        raise CampaignChanged(N_("A promotion in your cart has just changed. Please look at the new price."))
