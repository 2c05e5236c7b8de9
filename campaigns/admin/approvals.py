"""Where a reviewed thing stands, and how far its review is: who has approved, and why more than one person has to."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from campaigns.admin.acts import Standing
from campaigns.lifecycle import CampaignState
from campaigns.models import Decision, ReviewState
from pricing.engine.messages import Message
from pricing.wording import say


def standing_of(subject: Any, user: AbstractBaseUser, *, at: datetime) -> Standing:
    """Return where a reviewed thing stands for somebody who looks at it. Two queries."""
    opened = subject.revisions.filter(review__in=[ReviewState.DRAFT, ReviewState.IN_REVIEW])
    open_revision = opened.select_related("author").order_by("-number").first()
    # Coupon templates have no end of their own: theirs is in the coupons.
    ends_at = getattr(subject.current_revision, "ends_at", None)
    return Standing(
        subject=subject,
        open_revision=open_revision,
        user=user,
        is_over=ends_at is not None and ends_at <= at,
        approvals=approvals_of(open_revision),
    )


def why_locked(standing: Standing, *, may_revise: bool) -> str:
    """Say why a page shows text and no fields; empty for the author of a draft."""
    if standing.open_revision is None and standing.is_in(CampaignState.REJECTED):
        return _("This was rejected: the history below says why.")
    if standing.open_revision is None and may_revise:
        return _("What has been approved is a promise and is locked. “Change” writes a new version for review.")
    if standing.open_revision is None:
        return _("What has been approved is a promise and is locked.")
    if standing.awaits(ReviewState.IN_REVIEW) and standing.has_approved:
        return _("You have approved this. A second person has to approve it, too.")
    if standing.awaits(ReviewState.IN_REVIEW):
        return _("This is being reviewed and is locked until somebody has decided.")
    if not standing.is_author:
        return _("This draft belongs to %(author)s. Duplicate it to go on with a copy of your own.") % {
            "author": standing.open_revision.author
        }
    return ""


def approvals_of(revision: Any) -> tuple[Any, ...]:
    """Return the approvals of a revision in review, the first one first. One query, none for anything else."""
    if revision is None or revision.review != ReviewState.IN_REVIEW:
        return ()
    return tuple(revision.approvals.filter(decision=Decision.APPROVED).select_related("checker").order_by("pk"))


def reasons_shown(revision: Any) -> list[str]:
    """Return why a revision needs a second approver, in the reader's language."""
    return [] if revision is None else [say(Message(**reason)) for reason in revision.second_reasons]


def has_been_decided(revision: Any) -> bool:
    """Whether a revision that was in review is in review no more. One query."""
    return not type(revision)._default_manager.filter(pk=revision.pk, review=ReviewState.IN_REVIEW).exists()
