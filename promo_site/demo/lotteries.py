"""The demo's lottery: three prizes, a guaranteed coupon, draws for orders, and a few draws already made."""

from datetime import datetime

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.draws import draw
from coupons.commands.lotteries import LOTTERY_REVIEW, create_lottery
from promo_site.demo.campaigns import DAY, HOUR, on_the_minute
from promo_site.demo.coupons import Handout, set_up_template
from promo_site.demo.people import NEW_MEMBER, REGULAR, customer, staff

# names, cents off, from which amount, odds in parts per million (0 = guaranteed), stock
PRIZES = (
    (("Jackpot: ¥66 off ¥299", "手气王：满299减66"), 6_600, 29_900, 5_000, 10),
    (("Lucky ¥20 off ¥100", "好运满100减20"), 2_000, 10_000, 125_000, 500),
    (("Pocket money: ¥5 off ¥30", "零花钱：满30减5"), 500, 3_000, 400_000, None),
    (("Consolation: ¥2 off ¥20", "安慰奖：满20减2"), 200, 2_000, 0, None),
)
FIELDS = {
    "name": "Persimmon season draw",
    "name_zh": "柿子季抽奖",
    "description": "Three draws a day, and two more for every order of ¥99.",
    "description_zh": "每天三次机会，每满99元的订单再得两次。",
    "audience": {},
    "per_day": 3,
    "per_customer": 30,
    "order_from_cents": 9_900,
    "draws_per_order": 2,
    "fallback_after": 3,
    "expected_draws": 10_000,
}


def set_up_lottery(*, at: datetime) -> None:
    """Have a lottery approved that runs since yesterday, and let two customers draw."""
    operator, begun_at = staff("operator"), at - DAY
    period = {"starts_at": on_the_minute(begun_at), "ends_at": on_the_minute(at + 21 * DAY)}
    content = Content(fields=FIELDS | period, rows={"prizes": _prizes(at)})
    lottery = create_lottery(content=content, by=operator, at=begun_at)
    revision = lottery.revisions.get()
    review.submit(LOTTERY_REVIEW, revision_id=revision.pk, by=operator, at=begun_at)
    revision.refresh_from_db()
    seen = {"seen_hash": revision.content_hash, "by": staff("approver"), "at": begun_at + HOUR}
    review.approve(LOTTERY_REVIEW, revision_id=revision.pk, **seen)
    for person in (REGULAR, NEW_MEMBER):
        for seq in (1, 2):
            draw(lottery_id=lottery.pk, customer_id=customer(person).pk, seq=seq, at=at)


def _prizes(at: datetime) -> list[dict[str, object]]:
    rows = []
    for position, (names, off_cents, from_cents, odds_ppm, stock) in enumerate(PRIZES, start=1):
        terms = Handout(
            names=names, benefit="amount_off", params={"off_cents": off_cents}, from_cents=from_cents, days=7
        )
        rows.append(
            {
                "position": position,
                "template": set_up_template(terms, at=at),
                "odds_ppm": odds_ppm,
                "is_fallback": not odds_ppm,
                "stock": stock,
            }
        )
    return rows
