"""Drafts: create, edit, revise what runs. The way to a new revision is the same for every reviewed thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Model

from campaigns.commands.auditing import differences, last_edit_at, note_edit
from campaigns.commands.sku_rows import as_columns, insert_sku_rows
from campaigns.commands.transitions import CAMPAIGNS, MoveRefused, Step, Tables, locked_subject, set_state
from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign, ReviewState, Revision, SkuRow
from campaigns.selectors.content import child_rows, content_fields, content_hash, said_in_short
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Shop
from pricing.transactions import command

SAVED_ELSEWHERE = N_(
    "This draft was saved elsewhere, last on %(saved_at)s, after you had loaded it. Your entries are kept below."
)
EDITED_SINCE = N_(
    "What was made from this page is there already and was changed since, last on %(saved_at)s. It stays as it is."
)
# That SKUs come back with a version was agreed to for those that were out then.
SAID_ONCE = {"keeps_withdrawn": True}


class WrongDraft(Refusal):
    """What somebody wants to save cannot be stored; `field` names the column."""


class SavedElsewhere(Refusal):
    """A draft has been changed since the form was loaded: nothing is overwritten. Where the draft may be saved over
    all the same, the figure `stored` is the content hash of what would be lost."""

    @property
    def saved_at(self) -> str:
        return str(self.figures["saved_at"])

    @property
    def stored(self) -> str:
        return str(self.figures.get("stored", ""))


@dataclass(frozen=True, slots=True)
class Content:
    """What a revision shall say: its columns, and the rows of its relations (such as scopes and skus)."""

    fields: Mapping[str, Any]
    rows: Mapping[str, Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who begins a draft and when; `key` is the form that it comes from."""

    by: AbstractBaseUser
    at: datetime
    key: UUID | None = None


def begin(tables: Tables, *, owner: Mapping[str, Any], content: Content, start: Beginning) -> Any:
    """Return a new subject with its first draft; a form that is sent again overwrites the draft it has made.

    Raises WrongDraft, MoveRefused if what the form has made was handed in since, and SavedElsewhere if it was edited.
    """
    made = {**owner, "created_by": start.by, "created_at": start.at}
    key = start.key or uuid4()
    subject, is_new = tables.subjects._default_manager.update_or_create(
        draft_key=key, defaults=owner, create_defaults=made
    )
    if is_new:
        draft = tables.revisions(**{tables.subject: subject}, number=1, author=start.by, created_at=start.at)
    else:
        draft = own_draft(subject.revisions.select_for_update().latest("number"), start.by)
        _check_unedited(subject, draft)
    write_content(draft, content)
    return subject


@command
def create_campaign(
    *, content: Content, shop: Shop | None, by: AbstractBaseUser, at: datetime, key: UUID | None = None
) -> Campaign:
    """Write a new campaign with its first draft, once for each key. Raises WrongDraft, MoveRefused."""
    return begin(CAMPAIGNS, owner={"shop": shop}, content=content, start=Beginning(by, at, key))


@command
def edit_draft(
    tables: Tables, *, revision_id: int, content: Content, by: AbstractBaseUser, seen: str | None = None
) -> None:
    """Overwrite a draft. Raises MoveRefused if it is no draft or somebody else's, WrongDraft for bad content.

    `seen`: the content hash of what the form was loaded from, without a list of SKUs that `content` leaves as it is.
    Raises SavedElsewhere if the draft says something else by now; a form that is sent twice finds its own work done.
    """
    revision = own_draft(tables.revisions._default_manager.select_for_update().get(pk=revision_id), by)
    subject = getattr(revision, tables.subject)
    untouched = {"skus"} - set(content.rows)
    stored = seen and content_hash(revision, leaving_out=untouched)
    before = said_in_short(revision, content.rows)
    write_content(revision, content)
    if stored != seen and content_hash(revision, leaving_out=untouched) != stored:
        raise SavedElsewhere(SAVED_ELSEWHERE, saved_at=_changed_at(subject, revision), stored=str(stored))
    changes = differences(before, said_in_short(revision, content.rows))
    note_edit(subject, changes=changes, by=by, at=database_now())


def _check_unedited(subject: Any, draft: Revision) -> None:
    """Refuse to write a new draft once more where the one that its form has made was edited, or followed by another."""
    if draft.number > 1 or last_edit_at(subject):
        raise SavedElsewhere(EDITED_SINCE, saved_at=_changed_at(subject, draft))


def _changed_at(subject: Any, draft: Revision) -> str:
    return (last_edit_at(subject) or draft.created_at).isoformat()


def own_draft(revision: Any, by: AbstractBaseUser) -> Any:
    """Return the revision if `by` may edit it. Raises MoveRefused if it is no draft or somebody else's."""
    if revision.review != ReviewState.DRAFT:
        raise MoveRefused(N_("What has been handed in cannot be changed."))
    if revision.author_id != by.pk:
        raise MoveRefused(N_("This draft belongs to somebody else. Duplicate it to go on with a copy of your own."))
    return revision


@command
def revise(tables: Tables, *, subject_id: int, by: AbstractBaseUser, at: datetime) -> Any:
    """Return a new draft, a copy of the latest revision, to change something in force or mend what was rejected.

    Raises MoveRefused while another draft is open, and for what has been stopped.
    """
    subject = locked_subject(tables, subject_id)
    revisions = subject.revisions.order_by("number")
    if revisions.filter(review__in=[ReviewState.DRAFT, ReviewState.IN_REVIEW]).exists():
        raise MoveRefused(N_("There is a draft already, or one in review."))
    if subject.state == CampaignState.STOPPED:
        raise MoveRefused(N_("This has been stopped for good. Duplicate it to start again."))
    # A rejected change is mended; apart from that, what is in force is what gets changed.
    draft = copy_of(tables, revisions.last(), subject=subject, by=by, at=at)
    target = CampaignState.DRAFT if subject.state == CampaignState.REJECTED else subject.state
    set_state(tables, subject, target, Step("revise", by, at))
    return draft


@command
def discard_draft(tables: Tables, *, revision_id: int, by: AbstractBaseUser, at: datetime) -> None:
    """Throw a draft away that would have changed something in force. Raises MoveRefused for anything else.

    Its author does that; of an author who has left, whoever may change such things.
    """
    found = tables.revisions._default_manager
    subject = locked_subject(tables, getattr(found.get(pk=revision_id), f"{tables.subject}_id"))
    revision = found.get(pk=revision_id)
    if revision.review != ReviewState.DRAFT or not subject.current_revision_id:
        raise MoveRefused(N_("Only a draft of a change can be thrown away."))
    if revision.author.is_active:
        own_draft(revision, by)
    revision.delete()
    set_state(tables, subject, subject.state, Step("discard", by, at))


def content_of(revision: Revision) -> Content:
    """Return what a revision says, to be written into another one."""
    return Content(fields=content_fields(revision), rows=child_rows(revision))


def copy_of(tables: Tables, revision: Revision, *, subject: Model, by: AbstractBaseUser, at: datetime) -> Any:
    """Return a new draft of `subject` with the content of a revision; what was said for that one alone is said anew."""
    number = (subject.revisions.aggregate(highest=Max("number"))["highest"] or 0) + 1
    draft = tables.revisions(**{tables.subject: subject}, number=number, author=by, created_at=at)
    content, is_carried_out = content_of(revision), revision.review == ReviewState.APPROVED
    anew = {name: value for name, value in SAID_ONCE.items() if is_carried_out and name in content.fields}
    write_content(draft, Content(fields={**content.fields, **anew}, rows=content.rows))
    return draft


def write_content(revision: Any, content: Content) -> None:
    """Store a draft with its rows, all or nothing. Raises WrongDraft naming the column that the database refuses."""
    for name, value in content.fields.items():
        setattr(revision, name, value)
    try:
        revision.full_clean(exclude={"params"})  # empty parameters are right for some rules; offers check them
        with transaction.atomic():
            revision.save()
            _replace_rows(revision, content.rows)
    except ValidationError as error:
        raise _refusal(error) from error
    except IntegrityError as error:
        raise WrongDraft(N_("The same product is named twice, or is no longer there."), field="skus") from error


def _replace_rows(revision: Any, rows_by_name: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    for name, rows in rows_by_name.items():
        children = getattr(revision, name)
        children.all().delete()
        if issubclass(children.model, SkuRow):  # perhaps a hundred thousand
            insert_sku_rows(children.model, revision.pk, map(as_columns, rows))
        else:
            children.bulk_create(children.model(revision=revision, **row) for row in rows)


def _refusal(error: ValidationError) -> WrongDraft:
    field, messages = next(iter(error.message_dict.items()))
    return WrongDraft("%(problem)s", field=None if field == "__all__" else field, problem=" ".join(messages))
