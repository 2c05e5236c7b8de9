"""What campaigns have done in the background."""

from django.urls import reverse

from campaigns import bulk_job as bulk_job  # registers its kind of job
from campaigns.conflicts.making import make_report
from campaigns.models import CampaignRevision
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.jobs import Outcome, Running, job
from pricing.models import Job


def report_url(row: Job) -> str:
    """Return the address of the report that a job has made."""
    return reverse("admin:campaigns_campaign_conflicts", args=[row.result["campaign"]])


@job("conflict_report", title=N_("Conflict report"), url=report_url)
def conflict_report(running: Running) -> Outcome:
    """Look for conflicts of one revision: {"revision": its primary key}."""
    revision = CampaignRevision.objects.filter(pk=running.params["revision"]).select_related("campaign__shop").first()
    if revision is None:
        raise Refusal(N_("This draft is not there any more."))
    report = make_report(revision, at=database_now(), progress=lambda done, total: running.progress(done, of=total))
    figures = {"skus": report.skus, "below_cost": report.below_cost, "below_floor": report.below_floor}
    return Outcome(result={"campaign": revision.campaign_id, "report": report.pk, **figures})
