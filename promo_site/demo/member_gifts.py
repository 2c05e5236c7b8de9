"""The demo's gifts to members: one for the birthday, in force, with a birthday that is today."""

from datetime import datetime

from campaigns.commands import review
from campaigns.commands.drafting import Content
from campaigns.models import Customer
from coupons.commands.member_gifts import MEMBER_GIFT_REVIEW, create_member_gift
from coupons.models import CouponTemplate, Occasion
from coupons.validity import day_of
from promo_site.demo.campaigns import DAY, HOUR, on_the_minute
from promo_site.demo.people import REGULAR, staff

COUPON = "¥10 for everyone"
WORDS = {"name": "Happy birthday", "name_zh": "生日快乐", "description": "", "description_zh": "", "level": ""}


def give_to_members(*, at: datetime) -> None:
    """Have a gift for birthdays approved; the timer gives it to somebody whose birthday is today."""
    today, operator, begun_at = day_of(at), staff("operator"), at - DAY
    Customer.objects.filter(code=REGULAR.code).update(birth_month=today.month, birth_day=today.day)
    fields = {**WORDS, "starts_at": on_the_minute(begun_at), "ends_at": on_the_minute(at + 365 * DAY)}
    gift = create_member_gift(
        content=Content(fields=fields, rows={}),
        template=CouponTemplate.objects.get(current_revision__name=COUPON),
        occasion=Occasion.BIRTHDAY,
        by=operator,
        at=begun_at,
    )
    revision = gift.revisions.get()
    review.submit(MEMBER_GIFT_REVIEW, revision_id=revision.pk, by=operator, at=begun_at + HOUR)
    revision.refresh_from_db()
    seen = {"seen_hash": revision.content_hash, "by": staff("approver"), "at": begun_at + 2 * HOUR}
    review.approve(MEMBER_GIFT_REVIEW, revision_id=revision.pk, **seen)
