"""Background work of coupons."""

from django.urls import reverse

from coupons.commands.codes import make_batch
from coupons.commands.risk_trial import days_before, try_profile
from coupons.models import CodePool, RiskProfileRevision
from pricing.clock import database_now
from pricing.engine.messages import N_
from pricing.jobs import Outcome, Running, job
from pricing.models import Job


def _page(job: Job) -> str:
    return reverse("admin:coupons_codepool_change", args=[job.params["pool"]])


@job("make_codes", title=N_("Codes of a pool"), url=_page)
def make_codes(running: Running) -> Outcome:
    """Make what is still missing of a pool's codes, some ten thousand at a time."""
    pool_id = running.params["pool"]
    made, wanted = CodePool.objects.filter(pk=pool_id).values_list("made", "current_revision__count").get()
    while made < (wanted or 0):
        made, wanted = make_batch(pool_id=pool_id)
        running.progress(made, of=wanted)
    return Outcome(result={"made": made})


def _trial_page(job: Job) -> str:
    return reverse("admin:coupons_riskprofile_trial", args=[job.params["profile"]])


@job(
    "try_risk_profile",
    title=N_("Risk profile on past attempts"),
    url=_trial_page,
    permission="coupons.view_riskattempt",
)
def try_risk_profile(running: Running) -> Outcome:
    """Run a profile over the attempts of the last days; it only looks, so it may run as often as it likes."""
    until = database_now()
    revision = RiskProfileRevision.objects.get(pk=running.params["revision"])
    since = days_before(until, running.params["days"])
    result, output = try_profile(revision, since=since, until=until, progress=running.progress)
    return Outcome(result=result, output=output)
