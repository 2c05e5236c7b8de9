"""The work of an import: read, judge and, where it was asked for and every row is good, store."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from campaigns.commands.sku_list import write_sku_list
from campaigns.models import CampaignRevision
from campaigns.selectors.benefits import prices_each_sku
from campaigns.sku_list.judging import Judged, Terms, judge
from campaigns.sku_list.reading import columns_passed_over, rows_in
from campaigns.sku_list.writing import bad_rows_as_csv
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.jobs import Outcome
from pricing.wording import say

SHOWN = 50  # bad rows in the report on the page; the file has them all


class RowsAreWrong(Refusal):
    """Some rows cannot be stored, so none is."""


def terms_of_list(revision: CampaignRevision) -> Terms:
    """Return what the list of this revision may say."""
    return Terms(priced=prices_each_sku(revision), shop_id=revision.campaign.shop_id)


def take_list(asked: Mapping[str, Any], *, by: AbstractBaseUser | None, progress: Callable[..., None]) -> Outcome:
    """Try the list in `asked` ("revision", "text", "keep_others"), and store it where "store" says so.

    "seen" is the digest of the rows that it shall replace. Raises Unreadable, RowsAreWrong, and MoveRefused where the
    draft is none any more, or has other rows by now.
    """
    revision = CampaignRevision.objects.select_related("campaign").get(pk=asked["revision"])
    terms = terms_of_list(revision)
    rows = rows_in(asked["text"], columns=terms.columns)
    steps = len(rows) * (2 if asked["store"] else 1)
    judged = list(judge(rows, terms, progress=lambda done: progress(done, of=steps)))
    bad = [one for one in judged if one.entry is None]
    entries = [one.entry for one in judged if one.entry is not None]
    if asked["store"]:
        if bad:
            raise RowsAreWrong(N_("%(count)s rows are wrong, so nothing was stored."), count=len(bad))
        write_sku_list(
            revision_id=revision.pk,
            entries=entries,
            by=by,
            keep_others=asked["keep_others"],
            seen=asked.get("seen"),
            progress=lambda done: progress(len(rows) + done, of=steps),
        )
    report = _report(judged, bad) | {"passed_over": columns_passed_over(asked["text"])}
    return Outcome(result=report, output=bad_rows_as_csv(bad) if bad else "")


def _report(judged: list[Judged], bad: list[Judged]) -> dict[str, Any]:
    doubted = [one for one in judged if one.doubts]
    return {
        "rows": len(judged),
        "bad": len(bad),
        "left_out": sum(one.entry.excluded for one in judged if one.entry),
        "first_bad": [_said(one, one.problems) for one in bad[:SHOWN]],
        "doubted": len(doubted),
        "first_doubted": [_said(one, one.doubts) for one in doubted[:SHOWN]],
    }


def _said(one: Judged, messages: Any) -> list[Any]:
    return [one.row.number, one.row.code, " ".join(say(message) for message in messages)]
