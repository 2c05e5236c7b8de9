"""What lies in a wallet from earlier days: a coupon that is about to expire, and one that has."""

from datetime import datetime

from coupons.commands.granting import grant_coupon
from promo_site.demo.campaigns import DAY
from promo_site.demo.coupons import Handout, set_up_template
from promo_site.demo.people import VIP, customer

EARLIER = (
    Handout(
        names=("Cups and pots: ¥8 off ¥60", "茶具满60减8"),
        benefit="amount_off",
        params={"off_cents": 800},
        from_cents=6_000,
        days=4,
        categories=("tea-coffee",),
        fields={"issue_total": 500},
    ),
    Handout(
        names=("For yesterday: ¥5 off ¥30", "昨日专享满30减5"),
        benefit="amount_off",
        params={"off_cents": 500},
        from_cents=3_000,
        days=1,
        fields={"issue_total": 500},
    ),
)


def fill_wallet(*, at: datetime) -> None:
    """Give the VIP two coupons two days ago."""
    for number, handout in enumerate(EARLIER, start=1):
        template = set_up_template(handout, at=at)
        key = f"demo-earlier-{number}"
        grant_coupon(template_id=template.pk, customer_id=customer(VIP).pk, grant_key=key, at=at - 2 * DAY)
