"""The background job that does one act for many campaigns; see pricing.jobs."""

from uuid import UUID

from django.urls import reverse

from campaigns.commands.bulk import Bulk, act_on
from pricing.clock import database_now
from pricing.engine.messages import N_
from pricing.jobs import Outcome, Running, job


@job(
    "campaign_bulk",
    title=N_("One act for many campaigns"),
    url=lambda row: reverse("admin:campaigns_campaign_bulk_report", args=[row.pk]),
)
def act_on_many(running: Running) -> Outcome:
    """Do it to each campaign. `result`: act, done (ids) and skipped ([id, [[msgid, figures], ...]])."""
    asked = running.params
    bulk = Bulk(
        act=asked["act"],
        by_id=running.job.by_id,
        since=running.job.asked_at,
        key=UUID(asked["key"]),
        reason=asked["reason"],
        days=asked["days"],
    )
    done: list[int] = []
    skipped: list[tuple[int, list[tuple[str, dict[str, str]]]]] = []
    for place, campaign_id in enumerate(asked["campaigns"], start=1):
        refusals = act_on(bulk, campaign_id=campaign_id, at=database_now())
        if refusals:
            skipped.append((campaign_id, [(why.msgid, _plain(why.figures)) for why in refusals]))
        else:
            done.append(campaign_id)
        running.progress(place, of=len(asked["campaigns"]))
    return Outcome(result={"act": bulk.act, "done": done, "skipped": skipped})


def _plain(figures: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in figures.items()}
