"""The job that tries or stores a list of SKUs; see pricing.jobs."""

from django.urls import reverse
from django.utils.translation import override

from campaigns.commands.auditing import note_attempt
from campaigns.models import Campaign
from campaigns.sku_list.taking import take_list
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.jobs import Outcome, Running, job

MAY_EDIT = "campaigns.change_campaign"


@job(
    "sku_list",
    title=N_("List of SKUs"),
    url=lambda row: reverse("admin:campaigns_campaign_skus", args=[row.params["campaign"]]),
    permission=MAY_EDIT,
)
def take_sku_list(running: Running) -> Outcome:
    """Try a list of SKUs, or store it. `result`: figures for the report; `output`: the bad rows as CSV."""
    asked, by = running.params, running.job.by
    if by is None or not by.has_perm(MAY_EDIT):
        why = Refusal(N_("You may not do this any more."))
        if by is not None:
            campaign = Campaign.objects.get(pk=asked["campaign"])
            note_attempt(campaign, act="write_sku_list", why=why, by=by, at=database_now())
        raise why
    with override(asked["language"]):
        return take_list(asked, by=by, progress=running.progress)
