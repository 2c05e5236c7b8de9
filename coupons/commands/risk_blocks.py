"""Block lists: who gets nothing, for a reason and for a time; every entry can be lifted."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from campaigns.commands.auditing import note_change
from campaigns.models import Customer
from campaigns.models.customer import PHONE_DIGITS
from coupons.models import BlockKind, RiskBlock
from coupons.risk.origin import digest_of_address
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command

DIGEST_LETTERS = 32
FEWEST_DIGITS = 6


class WrongBlock(Refusal):
    """This cannot be blocked, or not by this person; `field` names the input."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Who shall get nothing: a customer number, a phone number, an address or digest, the digest of a device."""

    kind: str
    who: str
    until: datetime | None = None


@command
def add_block(blocked: Blocked, *, by: AbstractBaseUser, at: datetime, reason: str) -> RiskBlock:
    """Put somebody on the list. Raises WrongBlock; one entry in force for each of them is enough."""
    if not by.has_perm("coupons.add_riskblock"):
        raise WrongBlock(N_("You may not keep the block lists."))
    if not reason.strip():
        raise WrongBlock(N_("Say why: the reason is kept in the history."), field="reason")
    if blocked.until is not None and blocked.until <= at:
        raise WrongBlock(N_("The end lies in the past."), field="until")
    value = value_of(blocked.kind, blocked.who)
    in_force = RiskBlock.objects.filter(kind=blocked.kind, value=value, lifted_at=None)
    if in_force.filter(Q(until=None) | Q(until__gt=at)).exists():
        raise WrongBlock(N_("This is blocked already. Lift the entry there is before you make another."), field="who")
    row = RiskBlock.objects.create(
        kind=blocked.kind, value=value, reason=reason.strip(), by=by, at=at, until=blocked.until
    )
    note_change(row, act="block", by=by, at=at, reason=reason.strip(), states=("", "blocked"))
    return row


@command
def lift_block(*, block_id: int, by: AbstractBaseUser, at: datetime, reason: str) -> None:
    """Take somebody off the list. Raises WrongBlock if that has been done, or without a reason."""
    if not by.has_perm("coupons.lift_riskblock"):
        raise WrongBlock(N_("You may not keep the block lists."))
    if not reason.strip():
        raise WrongBlock(N_("Say why: the reason is kept in the history."), field="reason")
    in_force = RiskBlock.objects.filter(pk=block_id, lifted_at=None)
    if not in_force.update(lifted_at=at, lifted_by=by, lift_reason=reason.strip()):
        raise WrongBlock(N_("Somebody else was faster. Please look again."))
    row = RiskBlock.objects.get(pk=block_id)
    note_change(row, act="lift", by=by, at=at, reason=reason.strip(), states=("blocked", "lifted"))


def value_of(kind: str, who: str) -> str:
    """Return what is stored and compared. Raises WrongBlock for what names nobody."""
    text = who.strip()
    if kind == BlockKind.CUSTOMER:
        found = Customer.objects.filter(code=text).values_list("pk", flat=True).first()
        if found is None:
            raise WrongBlock(N_("No customer has this number."), field="who")
        return str(found)
    if kind == BlockKind.PHONE:
        digits = "".join(sign for sign in text if sign.isascii() and sign.isdecimal())
        if len(digits) < FEWEST_DIGITS:
            raise WrongBlock(N_("Give the phone number in digits."), field="who")
        return digits[-PHONE_DIGITS:]
    if len(text) == DIGEST_LETTERS and set(text) <= set("0123456789abcdef"):
        return text
    digest = digest_of_address(text) if kind == BlockKind.ADDRESS else None
    if digest is None:
        raise WrongBlock(N_("Give a network address, or the mark that a decision shows."), field="who")
    return digest.hex()
