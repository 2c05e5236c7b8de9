"""Write the audit trail: what was done, in the transaction that did it; what was refused, after it was rolled back.

Whatever command a person (`by`) is refused leaves an entry, whichever way it was called: page, bulk action, API, job.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from campaigns.models import AuditEntry, AuditOutcome, Campaign, CampaignRevision
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

# What the arguments of commands name.
KINDS: Mapping[str, str] = {
    "campaign_id": "campaigns.campaign",
    "intervention_id": "campaigns.intervention",
    "compensation_id": "coupons.compensation",
    "template_id": "coupons.coupontemplate",
    "claim_campaign_id": "coupons.claimcampaign",
    "case_id": "coupons.riskcase",
    "block_id": "coupons.riskblock",
    "refund_id": "storefront.refund",
    "order_id": "storefront.order",
}
WHY = ("reason", "comment", "remark")
LONGEST = 2_000


def note_move(subject: Any, *, move: str, before: str, by: Any, at: datetime, reason: str) -> None:
    """Write down a change of state, in the transaction that makes it."""
    AuditEntry.objects.create(
        at=at,
        by=by,
        outcome=AuditOutcome.DONE,
        act=move,
        kind=subject._meta.label_lower,
        object_id=subject.pk,
        before=before,
        after=subject.state,
        reason=_kept(reason),
    )


def note_change(
    row: Model, *, act: str, states: tuple[str, str], by: AbstractBaseUser, at: datetime, reason: str
) -> None:
    """Write down an act on something without a state of its own; `states` say what it was and what it is now."""
    AuditEntry.objects.create(
        at=at,
        by=by,
        outcome=AuditOutcome.DONE,
        act=act,
        kind=row._meta.label_lower,
        object_id=row.pk,
        before=states[0],
        after=states[1],
        reason=_kept(reason),
    )


def note_edit(subject: Any, *, changes: list[dict[str, Any]], by: AbstractBaseUser, at: datetime) -> None:
    """Write down what an edit of a draft has changed; nothing, if it has changed nothing."""
    if changes:
        AuditEntry.objects.create(
            at=at,
            by=by,
            outcome=AuditOutcome.DONE,
            act="edit",
            kind=subject._meta.label_lower,
            object_id=subject.pk,
            before=subject.state,
            after=subject.state,
            changes=changes,
        )


def last_edit_at(subject: Any) -> datetime | None:
    """Return when a draft of this thing was last changed; None where none ever was."""
    edits = AuditEntry.objects.filter(act="edit", kind=subject._meta.label_lower, object_id=subject.pk)
    return edits.order_by("-at").values_list("at", flat=True).first()


def note_setting(setting: Any, *, act: str, before: Any, columns: Iterable[str]) -> None:
    """Write down new limits, in the transaction that puts them in force: `before` is the row that was, None = none."""
    old = {name: getattr(before, name, None) for name in columns}
    new = {name: getattr(setting, name) for name in columns}
    AuditEntry.objects.create(
        at=setting.at,
        by=setting.by,
        outcome=AuditOutcome.DONE,
        act=act,
        kind=setting._meta.label_lower,
        object_id=setting.pk,
        reason=_kept(setting.reason),
        changes=differences(old, new),
    )


def note_refusal(function: Callable[..., Any], args: tuple[Any, ...], given: Mapping[str, Any], why: Refusal) -> None:
    """Write down that a person's command was refused; called when its transaction has been rolled back."""
    step = next((part for part in args if hasattr(part, "move") and hasattr(part, "by")), None)
    by = given.get("by") or getattr(step, "by", None)
    if not isinstance(by, AbstractBaseUser):
        return
    kind, object_id, state = _named(function, args, given)
    AuditEntry.objects.create(
        at=given.get("at") or getattr(step, "at", None) or database_now(),
        by=by,
        outcome=AuditOutcome.REFUSED,
        act=getattr(step, "move", "") or given.get("move") or function.__name__,
        kind=kind,
        object_id=object_id,
        before=state,
        after=state,
        reason=_kept(_why(given, step)),
        msgid=why.msgid,
        figures=_stored(why.figures),
    )


def note_attempt(subject: Any, *, act: str, why: Refusal, by: AbstractBaseUser, at: datetime, reason: str = "") -> None:
    """Write down what was refused to a person before any command was asked."""
    AuditEntry.objects.create(
        at=at,
        by=by,
        outcome=AuditOutcome.REFUSED,
        act=act,
        kind=subject._meta.label_lower,
        object_id=subject.pk,
        before=subject.state,
        after=subject.state,
        reason=_kept(reason),
        msgid=why.msgid,
        figures=_stored(why.figures),
    )


def note_refused_by_storage(subject: Any, *, act: str, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Write down that the database itself refused what a page wanted; its own words are in the log."""
    note_attempt(subject, act=act, why=Refusal(N_("The database has refused it.")), by=by, at=at, reason=reason)


def note_forbidden(*, by: AbstractBaseUser, act: str, thing: tuple[str, int | None], route: str, at: datetime) -> None:
    """Write down that a page or an address of the API was closed to somebody."""
    kind, object_id = thing
    AuditEntry.objects.create(
        at=at, by=by, outcome=AuditOutcome.FORBIDDEN, act=act[:80], kind=kind, object_id=object_id, route=route[:300]
    )


def _named(
    function: Callable[..., Any], args: tuple[Any, ...], given: Mapping[str, Any]
) -> tuple[str, int | None, str]:
    """Return the kind, the key and the state of what a command is about, as far as its arguments name it."""
    candidates = (getattr(part, "tables", part) for part in args)
    tables = next((part for part in candidates if hasattr(part, "moves")), None)
    if tables is None and "revision_id" in given and function.__module__.startswith("campaigns."):
        # These commands know one kind of revision only, so nobody hands them tables.
        found = CampaignRevision.objects.filter(pk=given["revision_id"]).select_related("campaign").first()
        return (Campaign._meta.label_lower, found.campaign_id, found.campaign.state) if found else ("", None, "")
    if tables is None:
        name = next((name for name in KINDS if given.get(name) is not None), None)
        if name is None:
            return "", None, ""
        return KINDS[name], given[name], _state_of(apps.get_model(KINDS[name]), given[name])
    subject_id = given.get("subject_id") or next((part for part in args if isinstance(part, int)), None)
    if "revision_id" in given:
        revisions = tables.revisions._default_manager.filter(pk=given["revision_id"])
        subject_id = revisions.values_list(f"{tables.subject}_id", flat=True).first()
    return tables.subjects._meta.label_lower, subject_id, _state_of(tables.subjects, subject_id)


def _state_of(model: type[Model], key: int | None) -> str:
    names = {field.name for field in model._meta.concrete_fields}
    column = next((name for name in ("state", "outcome") if name in names), "pk")
    found = model._default_manager.filter(pk=key).values_list(column, flat=True).first()
    return str(found) if found is not None and column != "pk" else ""


def _why(given: Mapping[str, Any], step: Any) -> str:
    texts = [given.get(name) for name in WHY] + [getattr(step, "reason", ""), getattr(given.get("wish"), "reason", "")]
    return next((text.strip() for text in texts if text), "")


def _kept(reason: str) -> str:
    return _without_nul(reason).strip()[:LONGEST]


def _without_nul(text: str) -> str:
    return text.replace("\0", "")  # PostgreSQL stores every character but this one


def _stored(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else _without_nul(str(value)) for name, value in figures.items()}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the columns in which two contents differ, with both values as they are stored."""
    return [
        {"field": name, "before": _plain(before.get(name)), "after": _plain(value)}
        for name, value in after.items()
        if _plain(before.get(name)) != _plain(value)
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | list | dict | None) else DjangoJSONEncoder().default(value)
