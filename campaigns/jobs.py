"""What campaigns have done in the background."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import override

from campaigns import bulk_job as bulk_job  # registers its kind of job
from campaigns import sku_list_job as sku_list_job
from campaigns.conflicts.making import make_report
from campaigns.models import CampaignRevision
from campaigns.table_imports.reading import Result
from campaigns.table_imports.run import KEEPS_STOCK, NEEDS, import_table
from pricing.clock import database_now
from pricing.commands.on_hand import Act
from pricing.csv_text import BYTE_ORDER_MARK, csv_lines
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.jobs import Outcome, Running, job, named_by
from pricing.models import Job


def report_url(row: Job) -> str:
    """Return the address of the report that a job has made."""
    return reverse("admin:campaigns_campaign_conflicts", args=[row.result["campaign"]])


@named_by("revision")
def campaign_names(keys: Collection[int]) -> dict[int, str]:
    """Return how campaigns are called by the revisions that jobs are about. One query."""
    found = CampaignRevision.objects.filter(pk__in=keys).only("name", "name_zh")
    return {revision.pk: revision.local_name for revision in found}


@job("conflict_report", title=N_("Conflict report"), url=report_url, permission="campaigns.view_campaign")
def conflict_report(running: Running) -> Outcome:
    """Look for conflicts of one revision: {"revision": its primary key}."""
    revision = CampaignRevision.objects.filter(pk=running.params["revision"]).select_related("campaign__shop").first()
    if revision is None:
        raise Refusal(N_("This draft is not there any more."))
    report = make_report(revision, at=database_now(), progress=lambda done, total: running.progress(done, of=total))
    figures = {"skus": report.skus, "below_cost": report.below_cost, "below_floor": report.below_floor}
    return Outcome(result={"campaign": revision.campaign_id, "report": report.pk, **figures})


@job("table_import", title=N_("Import of a table"), permission=KEEPS_STOCK)
def table_import(running: Running) -> Outcome:
    """Import a table of stock or catalogue: {"kind", "text", "key", "reason", "only_check", "language"}."""
    asked = running.params
    if running.job.by is None or not running.job.by.has_perms(NEEDS[asked["kind"]]):
        raise Refusal(N_("You may not do this any more."))
    act = Act(at=database_now(), by=running.job.by, reason=asked["reason"])
    running.progress(0, of=1)
    with override(asked["language"]):
        report = import_table(asked["kind"], asked["text"], key=asked["key"], act=act, only_check=asked["only_check"])
        output = "".join(csv_lines(("line", "sku", "wrong", "what"), map(_written, report.results)))
    running.progress(1, of=1)
    figures = {"rows": len(report.results), "wrong": len(report.wrong), "written": report.is_written}
    return Outcome(result=figures, output=output.removeprefix(BYTE_ORDER_MARK))


def _written(result: Result) -> tuple[object, ...]:
    return result.line, result.sku, "x" if result.is_wrong else "", result.text
