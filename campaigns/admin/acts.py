"""What people can do with a reviewed thing, as one table: when it is possible, who may, what is asked first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import CampaignState
from campaigns.models import ReviewState


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a reviewed thing stands: itself, its open revision (draft or in review) if any, who looks, whether what
    is in force has ended by the clock, and the approvals that the open revision has so far."""

    subject: Any
    open_revision: Any
    user: AbstractBaseUser
    is_over: bool = False
    approvals: tuple[Any, ...] = ()

    @property
    def is_author(self) -> bool:
        return self.open_revision is not None and self.open_revision.author_id == self.user.pk

    @property
    def has_approved(self) -> bool:
        """Whether the one who looks has given one of the approvals."""
        return any(approval.checker_id == self.user.pk for approval in self.approvals)

    @property
    def approvals_needed(self) -> int:
        """How many people have to approve the open revision."""
        return self.open_revision.approvals_needed if self.open_revision is not None else 0

    @property
    def may_discard(self) -> bool:
        """Whether this is a draft of a change, and one's own, or that of an author who has left."""
        is_change = self.awaits(ReviewState.DRAFT) and self.subject.current_revision_id is not None
        return is_change and (self.is_author or not self.open_revision.author.is_active)

    def awaits(self, review: str) -> bool:
        return self.open_revision is not None and self.open_revision.review == review

    def is_in(self, *states: str) -> bool:
        return self.subject.state in states


@dataclass(frozen=True, slots=True)
class Act:
    """One button and its confirm page. `permission` is completed by the model's name."""

    code: str
    label: str
    question: str
    permission: str
    possible: Callable[[Standing], bool]
    reason: str = ""  # "", "optional" or "needed"
    style: str = "default"


_S = CampaignState

ACTS: tuple[Act, ...] = (
    Act("submit", _("Submit for review"), _("Hand this in? It is locked then until somebody has decided."),
        "submit", lambda at: at.awaits(ReviewState.DRAFT) and at.is_author, style="primary"),
    Act("approve", _("Approve"), _("Put this in force as shown below?"),
        "approve", lambda at: at.awaits(ReviewState.IN_REVIEW) and not at.is_author and not at.has_approved,
        "optional", "primary"),
    Act("reject", _("Reject"), _("Send this back to its author?"),
        "approve", lambda at: at.awaits(ReviewState.IN_REVIEW) and not at.is_author, "needed"),
    Act("resume", _("Resume"), _("Let this go on?"),
        "pause", lambda at: at.is_in(_S.PAUSED) and not at.is_over, "optional", "primary"),
    Act("pause", _("Pause"), _("Interrupt this at once? It can be resumed. Orders already placed keep their price."),
        "pause", lambda at: at.is_in(_S.APPROVED) and not at.is_over, "needed"),
    Act("revise", _("Change"), _("Write a new version? What is in force stays until the new version is approved."),
        "change", lambda at: at.open_revision is None and at.is_in(_S.APPROVED, _S.PAUSED, _S.REJECTED)),
    Act("discard", _("Throw the draft away"), _("Throw this draft of a change away?"),
        "change", lambda at: at.may_discard),
    Act("duplicate", _("Duplicate"), _("Make a copy? The copy is a draft of your own."), "add", lambda at: True),
    Act("stop", _("Stop for good"), _("Stop this at once and for good? Orders already placed keep their price."),
        "pause", lambda at: at.is_in(_S.APPROVED, _S.PAUSED) and not at.is_over, "needed", "danger"),
)  # fmt: skip
ACT_BY_CODE = {act.code: act for act in ACTS}
