"""What the demo knows about its customers: levels, tags and a segment."""

from datetime import datetime
from typing import Any

from campaigns.commands.segments import save_segment
from campaigns.commands.tags import Setter, apply_rule, put_on, save_tag
from campaigns.models import MemberLevel, Segment, Tag, TagCategory, TagSource
from promo_site.demo.people import REGULAR, VIP, customer, staff

LEVELS = (("silver", "Silver", "银卡", 1), ("gold", "Gold", "金卡", 2), ("vip", "VIP", "贵宾", 3))


def is_(code: str, *values: str) -> dict[str, Any]:
    """One condition as it is stored."""
    return {"is": code, "of": list(values)}


def know_customers(*, at: datetime) -> None:
    """Write levels, tags by hand and by rule, and a segment that uses them."""
    operator = staff("operator")
    for code, name, name_zh, rank in LEVELS:
        MemberLevel.objects.update_or_create(code=code, defaults={"name": name, "name_zh": name_zh, "rank": rank})
    habits = TagCategory.objects.create(name="Interests", name_zh="兴趣")
    stage = TagCategory.objects.create(name="Stage of life", name_zh="生命周期")
    tea = Tag(
        code="tea-lover", name="Tea lover", name_zh="爱茶", category=habits,
        meaning="Has asked for tea or bought it at an event. Good for news from Qinghe Tea House.",
    )  # fmt: skip
    fresh = Tag(
        code="newcomer", name="Newcomer", name_zh="新会员", category=stage,
        meaning="Registered in the last 30 days: gets the first-steps mails.",
        rule={"all": [is_("registered", "at_most", "30")]},
    )  # fmt: skip
    for tag in (tea, fresh):
        save_tag(tag, by=operator, at=at)
    put_on(tea.pk, [customer(VIP).pk, customer(REGULAR).pk], Setter(TagSource.HAND, operator, at))
    apply_rule(fresh.pk, at=at)
    old_tea_lovers = {"all": [is_("tag", "tea-lover"), {"none": [is_("tag", "newcomer")]}]}
    loyal = {"any": [is_("level", "gold", "vip"), old_tea_lovers]}
    meaning = "Whom we invite to tastings."
    save_segment(Segment(name="Tea circle", name_zh="茶友圈", meaning=meaning, tree=loyal), by=operator, at=at)
