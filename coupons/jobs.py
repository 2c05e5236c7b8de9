"""Background work of coupons."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from coupons.commands.code_pools import JOB as MAKE_CODES
from coupons.commands.codes import make_batch
from coupons.commands.grant_giving import give_grant, tell_of_grant
from coupons.commands.grants import JOB as GIVE_GRANT
from coupons.commands.risk_trial import days_before, try_profile
from coupons.models import CodePool, CouponGrant, RiskProfile, RiskProfileRevision
from coupons.selectors.grants import Given, given_by, list_of
from pricing.clock import database_now
from pricing.engine.messages import N_
from pricing.jobs import Outcome, Running, job, named_by
from pricing.models import Job


def _page(job: Job) -> str:
    return reverse("admin:coupons_codepool_change", args=[job.params["pool"]])


@named_by("code_pool")
def pool_names(keys: Collection[int]) -> dict[int, str]:
    """Return how code pools are called. Two queries."""
    return _names(CodePool, keys)


@named_by("grant")
def grant_names(keys: Collection[int]) -> dict[int, str]:
    """Return what grants are for. Two queries."""
    return _names(CouponGrant, keys)


@named_by("risk_profile")
def profile_names(keys: Collection[int]) -> dict[int, str]:
    """Return how risk profiles are called. Two queries."""
    return _names(RiskProfile, keys)


def _names(model: Any, keys: Collection[int]) -> dict[int, str]:
    found = model.objects.filter(pk__in=keys).select_related("current_revision").prefetch_related("revisions")
    return {subject.pk: _latest_of(subject).local_name for subject in found}


def _latest_of(subject: Any) -> Any:
    return subject.current_revision or max(subject.revisions.all(), key=lambda revision: revision.number)


@job(MAKE_CODES, title=N_("Codes of a pool"), url=_page)
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


def _page_of_grant(job: Job) -> str:
    return reverse("admin:coupons_coupongrant_change", args=[job.params["grant"]])


@job(GIVE_GRANT, title=N_("Coupons of a grant"), url=_page_of_grant)
def give_coupons_of_grant(running: Running) -> Outcome:
    """Give what is still missing of a grant's coupons, one by one: {"grant": its primary key}."""
    grant = CouponGrant.objects.select_related("current_revision", "created_by").get(pk=running.params["grant"])
    meant = list_of(grant.current_revision)
    running.progress(running.mark.get("done", 0), of=meant.size)
    give_grant(grant.pk, tell=lambda rows: running.progress(rows, of=meant.size), mark=running.mark)
    given = given_by([grant.pk]).get(grant.pk, Given())
    tell_of_grant(grant, given, at=database_now())
    return Outcome(result={"given": given.coupons, "refused": given.refused})
