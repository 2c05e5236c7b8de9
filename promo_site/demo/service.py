"""The demo's service: what it may give, what it has given, what waits for a second person; and a grant by hand."""

from datetime import datetime

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.compensating import give_compensation
from coupons.commands.compensation_limits import set_compensation_limit
from coupons.commands.grants import GRANT_REVIEW, create_grant, store_list
from coupons.grant_rows import try_rows
from coupons.models import CompensationLimit, CouponTemplate
from promo_site.demo.campaigns import DAY, HOUR
from promo_site.demo.people import NEW_MEMBER, REGULAR, Person, customer, staff

SMALL, LARGE = "¥10 for everyone", "VIP: ¥40 off ¥300"


def make_up_for_mistakes(*, at: datetime) -> None:
    """Set the limits and give two coupons, one of them above what an agent gives alone."""
    limit = CompensationLimit(per_day=20, cents_per_day=50_000, alone_up_to_cents=2_000, reason="Autumn rules")
    templates = [_template(SMALL), _template(LARGE)]
    set_compensation_limit(limit, templates=templates, by=staff("approver"), at=at - 2 * DAY)
    _give(NEW_MEMBER, SMALL, "SC-20781", "The parcel came two days late.", at=at - DAY)
    _give(REGULAR, LARGE, "SC-20794", "Three broken cups of a set of six; the set is sold out.", at=at - HOUR)


def grant_by_hand(*, at: datetime) -> None:
    """Hand a grant to two customers in; it waits for an approver."""
    template, operator = _template(SMALL), staff("operator")
    tried = try_rows(f"{REGULAR.code},1\n{NEW_MEMBER.phone},1", template)
    said = {"name": "Late parcels in October", "description": "The carrier was on strike.", "description_zh": ""}
    fields = {**said, "name_zh": "十月包裹延误", "list_key": store_list(tried)}
    grant = create_grant(content=Content(fields=fields, rows={}), template=template, by=operator, at=at - 2 * HOUR)
    review.submit(GRANT_REVIEW, revision_id=grant.revisions.get().pk, by=operator, at=at - HOUR)


def _give(person: Person, coupon: str, ticket: str, reason: str, *, at: datetime) -> None:
    give_compensation(
        ticket=ticket,
        customer_id=customer(person).pk,
        template_id=_template(coupon).pk,
        reason=reason,
        by=staff("service"),
        at=at,
    )


def _template(name: str) -> CouponTemplate:
    return CouponTemplate.objects.get(current_revision__name=name)
