"""The demo's reward for orders: a coupon for the next one from ¥150 on, a better one from ¥300 on."""

from datetime import datetime

from promo_site.demo.campaigns import COMBINES, DAY, HOUR, Plan, carry_out
from promo_site.demo.coupons import Handout, set_up_template

# names, cents off, from which amount of the next order, from which amount of this one
COUPONS = (
    (("See you soon: ¥15 off ¥100", "下次见：满100减15"), 1_500, 10_000, 15_000),
    (("See you soon: ¥40 off ¥200", "下次见：满200减40"), 4_000, 20_000, 30_000),
)


def reward_orders(*, at: datetime) -> None:
    """Have a campaign approved that promises a coupon for each paid order of the next three weeks."""
    first, better = (_tier(*coupon, at=at) for coupon in COUPONS)
    params = {**first, "higher": [better]}
    carry_out(
        Plan(
            names=("A coupon for your next order", "满150返券，满300返更多"),
            benefit="reward",
            params=params,
            start=-1 * HOUR,
            end=21 * DAY,
            fields=COMBINES
            | {
                "badge": "Coupon back",
                "badge_zh": "满额返券",
                "priority": 1,
                "goal": "basket_value",
                "description": "¥15 for your next order from ¥150 on, ¥40 from ¥300 on; it comes once you have paid.",
                "description_zh": "满150元返15元券，满300元返40元券，付款后到账，下次购物可用。",
            },
        ),
        at=at,
    )


def _tier(
    names: tuple[str, str], off_cents: int, from_cents: int, earned_from_cents: int, *, at: datetime
) -> dict[str, object]:
    """Set a coupon up and return what the campaign says of it."""
    handout = Handout(
        names=names,
        benefit="amount_off",
        params={"off_cents": off_cents},
        from_cents=from_cents,
        days=30,
        fields={"issue_total": 5_000},
    )
    template = set_up_template(handout, at=at)
    return {"template": str(template.pk), "value_cents": off_cents, "threshold_cents": earned_from_cents}
