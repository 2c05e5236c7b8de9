"""Background work of coupons."""

from django.urls import reverse

from coupons.commands.codes import make_batch
from coupons.models import CodePool
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
