"""What somebody tries to get, as the shop tells it to risk control."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coupons.risk.origin import NOWHERE, Origin


def claim_topic(claim_campaign_id: int, customer_id: int, seq: int) -> str:
    """Name one claim of one customer, as attempts and decisions of people name it."""
    return f"claim:{claim_campaign_id}:{customer_id}:{seq}"


def draw_topic(lottery_id: int, customer_id: int, seq: int) -> str:
    """Name one draw of one customer."""
    return f"draw:{lottery_id}:{customer_id}:{seq}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at something: `act` of coupons.risk.signals.ACTS, `kind` and `object_id` of the activity.

    `profiles`: codes of the profiles that judge it; the first one that is in force does. `key` names what is asked
    for: who asks twice has asked once. `is_queued`: a queue tries it until there is room, so what has passed once is
    not judged anew, but for the block lists. `topic` names what people decide about when it is held (empty = the key).
    `params`: what releasing it needs, as JSON values.
    """

    act: str
    kind: str
    object_id: int
    customer_id: int | None
    key: str
    origin: Origin = NOWHERE
    profiles: tuple[str, ...] = ()
    topic: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    is_queued: bool = False

    @property
    def about(self) -> str:
        return self.topic or self.key
