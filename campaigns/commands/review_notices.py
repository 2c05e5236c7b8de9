"""Who is told about a review, and what: approvers of what waits for them, authors of what became of their work."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import override

from campaigns.commands.staff_notices import settle_notices, tell_staff
from campaigns.models import Revision
from campaigns.selectors.staff import staff_with
from pricing.engine.messages import N_, Message

APPROVED = N_("%(kind)s “%(thing)s” was approved by %(who)s.")
REJECTED = N_("%(kind)s “%(thing)s” was rejected by %(who)s: %(reason)s")


def tell_approvers(subject: Any, revision: Revision, *, at: datetime) -> None:
    """Tell everybody who may decide about a revision that it waits; its author may not."""
    text = N_("%(kind)s “%(thing)s” waits for your review. Author: %(who)s.")
    users = approvers_of(subject, without=[revision.author_id])
    _tell(users, text, subject, revision, at=at, key=_key(revision, "waits"), who=str(revision.author))


def tell_second_approvers(subject: Any, revision: Revision, *, by: AbstractBaseUser, at: datetime) -> None:
    """Tell those who may decide, and have not, that the first of two approvals is there."""
    text = N_("%(kind)s “%(thing)s” needs a second approver: %(who)s has approved it.")
    users = approvers_of(subject, without=[revision.author_id, by.pk])
    settle_notices(keys=[_key(revision, "waits")], at=at)
    _tell(users, text, subject, revision, at=at, key=_key(revision, "second"), who=str(by))


def tell_author(subject: Any, revision: Revision, *, by: AbstractBaseUser, at: datetime, reason: str = "") -> None:
    """Tell an author that their revision was approved, or rejected with this reason; approvers are asked no longer."""
    settle_notices(keys=[_key(revision, "waits"), _key(revision, "second")], at=at)
    text = REJECTED if reason else APPROVED
    figures = {"who": str(by), "reason": reason} if reason else {"who": str(by)}
    _tell([revision.author], text, subject, revision, at=at, **figures)


def approvers_of(subject: Any, *, without: list[int]) -> list[AbstractBaseUser]:
    """Return who may decide about things of this kind, without some people. One query."""
    meta = subject._meta
    return list(staff_with(f"{meta.app_label}.approve_{meta.model_name}").exclude(pk__in=without))


def page_of(subject: Any) -> str:
    """Return the address of a reviewed thing in the back office."""
    return reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])


def _key(revision: Revision, what: str) -> str:
    return f"{revision._meta.label_lower}:{revision.pk}:{what}"


def _tell(users: Any, text: str, subject: Any, revision: Any, *, at: datetime, key: str = "", **figures: str) -> None:
    names = {"thing": revision.name, "thing_zh": revision.name_zh, **_kind_of(subject)}
    tell_staff(users=users, text=Message(text, names | figures), link=page_of(subject), at=at, key=key)


def _kind_of(subject: Any) -> dict[str, str]:
    """Return what kind of thing it is, in both languages: each reads the notice in their own."""
    with override("en"):
        kind = capfirst(str(subject._meta.verbose_name))
    with override("zh-hans"):
        return {"kind": kind, "kind_zh": str(subject._meta.verbose_name)}
