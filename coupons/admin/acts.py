"""The command behind each act, for templates and claim campaigns alike."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from campaigns.admin.acts import Standing
from campaigns.admin.reviewed import Command, draft_key
from campaigns.commands import drafting, review
from campaigns.commands.review import Review
from campaigns.commands.transitions import Step, move_subject


def review_commands(kind: Review, *, duplicate: Callable[..., Any]) -> Mapping[str, Command]:
    """Return what the acts of the back office do; `duplicate(subject_id, by=, at=, key=)` is the one that differs."""

    def submit(request: HttpRequest, standing: Standing, reason: str) -> None:
        review.submit(kind, revision_id=standing.open_revision.pk, by=request.user, at=timezone.now())

    def approve(request: HttpRequest, standing: Standing, reason: str) -> None:
        review.approve(
            kind,
            revision_id=standing.open_revision.pk,
            seen_hash=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
            comment=reason,
        )

    def reject(request: HttpRequest, standing: Standing, reason: str) -> None:
        review.reject(kind, revision_id=standing.open_revision.pk, by=request.user, at=timezone.now(), reason=reason)

    def revise(request: HttpRequest, standing: Standing, reason: str) -> None:
        drafting.revise(kind.tables, subject_id=standing.subject.pk, by=request.user, at=timezone.now())

    def discard(request: HttpRequest, standing: Standing, reason: str) -> None:
        drafting.discard_draft(kind.tables, revision_id=standing.open_revision.pk, by=request.user, at=timezone.now())

    def copy(request: HttpRequest, standing: Standing, reason: str) -> Any:
        return duplicate(standing.subject.pk, by=request.user, at=timezone.now(), key=draft_key(request))

    return {
        "submit": submit,
        "approve": approve,
        "reject": reject,
        "revise": revise,
        "discard": discard,
        "duplicate": copy,
        **{move: _mover(kind, move) for move in ("pause", "resume", "stop")},
    }


def _mover(kind: Review, move: str) -> Command:
    def run(request: HttpRequest, standing: Standing, reason: str) -> None:
        move_subject(kind.tables, standing.subject.pk, Step(move, request.user, timezone.now(), reason))

    return run
