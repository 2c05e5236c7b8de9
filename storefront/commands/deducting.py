"""What refunds bear of a spent coupon, split over those who pay for it: entries that are only ever added."""

from collections import Counter
from datetime import datetime

from django.db.models import Sum

from pricing.engine.allocation import split
from pricing.engine.layers import PLATFORM
from storefront.models import OrderReward, Refund, RewardDeduction
from storefront.selectors.lost_rewards import taken_off


def book_deduction(reward: OrderReward, refund: Refund | None, cents: int, *, at: datetime) -> RewardDeduction:
    """Write cents that a refund bears, or, without one and below zero, gives back; return the first of the entries.

    They bring what is booked on each funder to its part of what the coupon still takes off in its order.
    """
    entries = [
        RewardDeduction(reward=reward, refund=refund, funder=funder, amount_cents=part, at=at)
        for funder, part in _parts(reward, cents).items()
        if part
    ]
    return RewardDeduction.objects.bulk_create(entries)[0]


def _parts(reward: OrderReward, cents: int) -> dict[str, int]:
    """Split cents, by funder: none bears less than nothing, or is given back more than is booked on it.

    Should the coupon have become free in the very moment, the platform bears them until they are given back.
    """
    booked, off = _booked(reward), taken_off(reward.coupon)
    if not (moving := _moving(booked, off, cents)).total():
        return {PLATFORM: cents}
    parts = split(abs(cents), list(moving.values()))
    return {funder: part if cents > 0 else -part for funder, part in zip(moving, parts, strict=True)}


def _moving(booked: Counter[str], off: Counter[str], cents: int) -> Counter[str]:
    """How far each funder is from its part of what is booked in all after these cents, in their direction."""
    funders, sign = sorted(booked | off), 1 if cents > 0 else -1
    due = split(booked.total() + cents, [off[funder] for funder in funders])
    return Counter({name: max(0, sign * (part - booked[name])) for name, part in zip(funders, due, strict=True)})


def _booked(reward: OrderReward) -> Counter[str]:
    of_reward = RewardDeduction.objects.filter(reward=reward).order_by()
    return Counter(dict(of_reward.values_list("funder").annotate(Sum("amount_cents"))))
