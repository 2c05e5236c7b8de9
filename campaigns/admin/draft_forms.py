"""What the form of a draft carries along: the key of a new one, and what an existing one was loaded from."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest

from campaigns.commands.drafting import SavedElsewhere
from campaigns.selectors.content import content_hash


def draft_key(request: HttpRequest) -> UUID:
    """Return the key of the form of a new draft: the one it was sent with, or a fresh one."""
    try:
        return UUID(request.POST.get("draft_key", ""))
    except ValueError:
        return uuid4()


def key_of_form(request: HttpRequest, form: forms.Form) -> UUID:
    """Return the key that the page of a new draft carries.

    It is a fresh one after SavedElsewhere: saved once more, the entries become a draft of their own.
    """
    return uuid4() if isinstance(getattr(form, "refused", None), SavedElsewhere) else draft_key(request)


def seen_by(request: HttpRequest, revision: Any, *, leaving_out: Collection[str]) -> str:
    """Return the hash of what the form was loaded from: as it was sent, else that of the draft now.

    `over` is sent on purpose: the hash of what was stored when a first attempt was refused. Ask before the form is
    made: the draft is read once more after its hash, so that the form never shows less than the hash has seen.
    """
    if request.method == "POST":
        return request.POST.get("over") or request.POST.get("seen", "")
    seen = content_hash(revision, leaving_out=leaving_out)
    revision.refresh_from_db()
    return seen
