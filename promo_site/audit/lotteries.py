"""Lotteries: every count against the draws that it stands for, and every draw against the seed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max

from coupons.drawing import digest_of_seed, landed_on, message_of, number_of
from coupons.models import Lottery, LotteryDraw, LotteryPrize
from promo_site.audit.check import MOST_LISTED, Check, Disagreement, Finding

COUNTS = Check(
    "lottery_counts",
    "how often a customer has drawn, and how much of each prize a lottery has given, is the number of draws",
    """
    WITH counted AS (
        SELECT lottery_id, customer_id, count(*) AS draws, max(seq) AS last,
               count(*) FILTER (WHERE order_key IS NULL) AS free
        FROM coupons_lotterydraw GROUP BY 1, 2
    ), given AS (
        SELECT d.lottery_id, c.template_id, d.customer_id
        FROM coupons_lotterydraw d JOIN coupons_coupon c ON c.id = d.coupon_id
    ), totals AS (
        SELECT lottery_id, template_id, NULL::bigint AS customer_id, count(*) AS used FROM given GROUP BY 1, 2
        UNION ALL
        SELECT lottery_id, template_id, customer_id, count(*) FROM given GROUP BY 1, 2, 3
    ), days AS (
        SELECT lottery_id, template_id, sum(used) AS used FROM coupons_prizecount WHERE day IS NOT NULL GROUP BY 1, 2
    )
    SELECT 'lottery ' || COALESCE(n.lottery_id, c.lottery_id) || ' customer '
           || COALESCE(n.customer_id, c.customer_id) || ' draws / last / free' AS what,
           concat_ws(' / ', COALESCE(c.draws, 0), COALESCE(c.last, 0), COALESCE(c.free, 0)) AS expected,
           concat_ws(' / ', COALESCE(n.draws, 0), COALESCE(n.draws, 0), COALESCE(n.free, 0)) AS found
    FROM coupons_drawcount n
    FULL JOIN counted c ON c.lottery_id = n.lottery_id AND c.customer_id = n.customer_id
    UNION ALL
    SELECT 'lottery ' || COALESCE(n.lottery_id, t.lottery_id) || ' prize ' || COALESCE(n.template_id, t.template_id)
           || ' customer ' || COALESCE(n.customer_id, t.customer_id, 0) || ' given',
           COALESCE(t.used, 0)::text, COALESCE(n.used, 0)::text
    FROM (SELECT * FROM coupons_prizecount WHERE day IS NULL) n
    FULL JOIN totals t ON t.lottery_id = n.lottery_id AND t.template_id = n.template_id
      AND t.customer_id IS NOT DISTINCT FROM n.customer_id
    UNION ALL
    SELECT 'lottery ' || t.lottery_id || ' prize ' || t.template_id || ' given on all days', t.used::text,
           COALESCE(d.used, 0)::text
    FROM totals t LEFT JOIN days d ON d.lottery_id = t.lottery_id AND d.template_id = t.template_id
    WHERE t.customer_id IS NULL
    """,
)

COUPONS = Check(
    "lottery_coupons",
    "what a draw has given is a coupon of that prize, of that customer and of that draw alone",
    """
    SELECT 'draw ' || d.id || ' gave' AS what,
           concat_ws(' ', p.template_id, d.customer_id, 'draw:' || d.lottery_id || ':' || d.customer_id || ':' || d.seq)
           AS expected,
           concat_ws(' ', c.template_id, c.customer_id, c.grant_key) AS found
    FROM coupons_lotterydraw d
    JOIN coupons_coupon c ON c.id = d.coupon_id
    LEFT JOIN coupons_lotteryprize p ON p.id = d.given_id AND p.revision_id = d.revision_id
    UNION ALL
    SELECT 'coupon ' || c.id || ' was won in draws', '1', count(d.id)::text
    FROM coupons_coupon c LEFT JOIN coupons_lotterydraw d ON d.coupon_id = c.id
    WHERE c.route = 'lottery' GROUP BY c.id
    """,
)


@dataclass(frozen=True, slots=True)
class DrawsCheck(Check):
    """Compute every draw again from the seed; PostgreSQL alone cannot."""

    def run(self) -> Finding:
        compared, wrong, listed = 0, 0, []
        for what, expected, found in _compared():
            compared += 1
            if expected != found:
                wrong += 1
                if len(listed) < MOST_LISTED:
                    listed.append(Disagreement(self.code, what, expected, found))
        return Finding(self, compared, wrong, tuple(listed))


NUMBERS = DrawsCheck(
    "lottery_numbers",
    "every number that was drawn, and the prize it fell on, follow from the seed whose digest was published",
    sql="",
)


def _compared() -> Iterator[tuple[str, str, str]]:
    """Yield (what, expected, found): each digest, then each draw.

    People go on drawing meanwhile, also in lotteries that had no seed yet when the seeds were read: what is drawn later
    waits for the next audit.
    """
    last = LotteryDraw.objects.aggregate(last=Max("pk"))["last"] or 0
    seeds = {}
    for pk, seed, digest in Lottery.objects.exclude(seed=None).values_list("pk", "seed", "seed_digest"):
        seeds[pk] = bytes(seed)
        yield f"lottery {pk} digest", digest_of_seed(seeds[pk]), digest
    odds_of: dict[int, tuple[list[int], list[int]]] = {}
    draws = LotteryDraw.objects.filter(pk__lte=last).order_by("pk")
    columns = ("pk", "lottery", "revision", "customer", "seq", "number", "drawn")
    for pk, lottery, revision, customer, seq, number, drawn in draws.values_list(*columns).iterator(10_000):
        right = number_of(seeds.get(lottery, b""), message_of(lottery=lottery, customer=customer, seq=seq))
        if revision not in odds_of:
            odds_of[revision] = _odds(revision)
        keys, odds = odds_of[revision]
        index = landed_on(right, odds)
        won = None if index is None else keys[index]
        yield f"draw {pk} number and prize", f"{right:06} {won}", f"{number:06} {drawn}"


def _odds(revision: int) -> tuple[list[int], list[int]]:
    """Return the keys of the prizes of a revision and their odds, in the order of the numbers that win them."""
    prizes = LotteryPrize.objects.filter(revision=revision, is_fallback=False).order_by("position")
    rows = list(prizes.values_list("pk", "odds_ppm"))
    return [pk for pk, _ in rows], [odds for _, odds in rows]


CHECKS = (COUNTS, COUPONS, NUMBERS)
