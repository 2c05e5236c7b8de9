"""Signed addresses: private links to a claim campaign, and the links of partner channels. Nothing is stored of them.

A private link says for whom it is and until when, and names the generation of links that it belongs to.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer

PRIVATE, CHANNEL = "coupons.link", "coupons.channel"
BETWEEN = "~"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Link:
    """`customer_id` None: whoever has the link may claim once. It is good before `ends_at`."""

    claim_campaign_id: int
    generation: int
    ends_at: datetime
    customer_id: int | None = None


def write_link(link: Link) -> str:
    """Return the link as a signed text for an address; its end is kept to the second."""
    figures = (link.claim_campaign_id, link.generation, int(link.ends_at.timestamp()), link.customer_id or 0)
    return _signer(PRIVATE).sign(".".join(map(str, figures)))


def read_link(text: str) -> Link | None:
    """Return what a link says, None if we have not written it. Whether it is still good is for the reader to ask."""
    said = _unsigned(PRIVATE, text)
    if said is None:
        return None
    campaign, generation, ends_at, customer = map(int, said.split("."))
    return Link(campaign, generation, datetime.fromtimestamp(ends_at, tz=UTC), customer or None)


def write_channel(claim_campaign_id: int, partner: str) -> str:
    """Return the signed text for the address of a claim campaign at a partner channel; it does not expire."""
    return _signer(CHANNEL).sign(f"{claim_campaign_id}.{partner}")


def read_channel(text: str) -> tuple[int, str] | None:
    """Return the claim campaign and the code of the partner, None if we have not written it."""
    said = _unsigned(CHANNEL, text)
    if said is None:
        return None
    campaign, _dot, partner = said.partition(".")
    return int(campaign), partner


def _signer(salt: str) -> Signer:
    return Signer(salt=salt, sep=BETWEEN)


def _unsigned(salt: str, text: str) -> str | None:
    try:
        return _signer(salt).unsign(text) if len(text) <= LONGEST else None
    except BadSignature:
        return None
