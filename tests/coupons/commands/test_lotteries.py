"""What keeps a lottery from being submitted, what its approval sets up, and what the database refuses anyway."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.commands import review
from campaigns.commands.drafting import revise
from campaigns.commands.review import NotReady
from coupons.commands.caps import CapBelowUse
from coupons.commands.draws import draw
from coupons.commands.lotteries import LOTTERIES, LOTTERY_REVIEW, problems_of_lottery, stakes_of_lottery
from coupons.models import Lottery, LotteryPrize, LotteryRevision
from coupons.selectors.lotteries import expected_of
from tests.factories import FAR_AHEAD, LONG_AGO, NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.lotteries import ALWAYS, approve_lottery, make_lottery, make_lottery_draft
from tests.factories.risk import make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]


def problems(revision, at=NOON):
    return [(problem.field, problem.msgid) for problem in problems_of_lottery(revision, at)]


def test_a_complete_lottery_has_no_problem():
    assert problems(make_lottery_draft()) == []


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"name_zh": ""}, "name_zh", "both languages"),
        ({"per_day": None}, "per_day", "how often"),
        ({"per_day": 0}, "per_day", "Nobody could draw"),
        ({"per_customer": 0}, "per_day", "Nobody could draw"),
        ({"ends_at": NOON}, "ends_at", "in the past"),
        ({"fallback_after": 3}, "fallback", "guaranteed"),
        ({"new_to": "shop"}, "new_to", "own shop"),
    ],
)
def test_what_is_missing_is_named_with_its_field(fields, field, said):
    [(found_field, msgid)] = problems(make_lottery_draft(**fields))
    assert found_field == field
    assert said in msgid


def test_odds_add_up_to_the_whole_at_most():
    exact = make_lottery_draft((make_template(), 1), (make_template(), 999_999))
    assert problems(exact) == []
    over = make_lottery_draft((make_template(), 1), (make_template(), ALWAYS))
    [(field, msgid)] = problems(over)
    assert field == "prizes"
    assert "more than the whole" in msgid
    with pytest.raises(NotReady):
        review.submit(LOTTERY_REVIEW, revision_id=over.pk, by=over.author, at=NOON)


def test_the_database_puts_no_odds_in_force_that_do_not_add_up():
    lottery = make_lottery((make_template(), ALWAYS))
    draft = revise(LOTTERIES, subject_id=lottery.pk, by=make_user(), at=NOON)
    LotteryPrize.objects.create(revision=draft, position=2, template=make_template(), odds_ppm=1)
    LotteryRevision.objects.filter(pk=draft.pk).update(review="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Lottery.objects.filter(pk=lottery.pk).update(current_revision=draft)


def test_a_prize_keeps_to_its_template():
    template = make_template(issue_total=5, issue_per_customer=1)
    draft = make_lottery_draft((template, ALWAYS, {"stock": 6, "per_customer": 2}))
    assert [field for field, _ in problems(draft)] == ["prizes", "per_customer"]
    short = make_template(validity="fixed", valid_from=LONG_AGO, valid_until=NOON + timedelta(days=1), valid_days=None)
    [(field, _)] = problems(make_lottery_draft((short, ALWAYS)))
    assert field == "ends_at"


def test_rows_of_a_submitted_version_are_frozen():
    draft = make_lottery_draft()
    review.submit(LOTTERY_REVIEW, revision_id=draft.pk, by=draft.author, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        LotteryPrize.objects.filter(revision=draft).update(odds_ppm=1)


def test_rows_of_a_version_in_force_cannot_be_moved_to_a_draft_nor_to_it():
    lottery = make_lottery()
    draft = make_lottery_draft()
    for row, to in ((lottery.current_revision.prizes.get(), draft), (draft.prizes.get(), lottery.current_revision)):
        with pytest.raises(IntegrityError, match="has been submitted"), transaction.atomic():
            LotteryPrize.objects.filter(pk=row.pk).update(revision=to, position=9)
    assert LotteryPrize.objects.filter(revision=draft).update(position=9) == 1
    assert LotteryPrize.objects.filter(revision=draft).delete()[0] == 1


def test_prizes_under_different_risk_profiles_need_one_of_the_lottery():
    profiles = [make_profile(rule("phone_verified", "lt", 1)).code for _ in range(2)]
    first, second = [make_template(risk_profile=code) for code in profiles]
    [(field, msgid)] = problems(make_lottery_draft((first, 1), (second, 1)))
    assert (field, "different risk profiles" in msgid) == ("risk_profile", True)
    [(field, _)] = problems(make_lottery_draft((first, 1), fallback=second))
    assert field == "risk_profile"
    assert problems(make_lottery_draft((first, 1), (make_template(), 1))) == []
    assert problems(make_lottery_draft((first, 1), (second, 1), risk_profile=profiles[1])) == []


def test_a_stock_below_what_is_won_is_refused():
    main = make_template()
    lottery = make_lottery((main, ALWAYS, {"stock": 5}))
    for _ in range(2):
        draw(lottery_id=lottery.pk, customer_id=make_customer().pk, seq=1, at=NOON)
    draft = revise(LOTTERIES, subject_id=lottery.pk, by=make_user(), at=NOON)
    LotteryPrize.objects.filter(revision=draft).update(stock=1)
    with pytest.raises(CapBelowUse):
        approve_lottery(draft)


def test_nothing_runs_on_once_the_seed_may_be_known():
    end = timezone.now() + timedelta(days=1)
    draft = prolonged(make_lottery(ends_at=end))
    assert problems(draft, NOON) == []
    [(field, msgid)] = problems(draft, end)
    assert field == "ends_at"
    assert "seed is public" in msgid


def test_who_asks_before_the_end_and_has_to_wait_until_after_it_prolongs_nothing():
    end = timezone.now() - timedelta(seconds=1)
    draft = prolonged(make_lottery(ends_at=end))
    with pytest.raises(NotReady, match="seed is public"):
        approve_lottery(draft, at=end - timedelta(seconds=1))


def prolonged(lottery):
    draft = revise(LOTTERIES, subject_id=lottery.pk, by=make_user(), at=NOON)
    LotteryRevision.objects.filter(pk=draft.pk).update(ends_at=FAR_AHEAD)
    draft.refresh_from_db()
    return draft


def test_the_approver_sees_the_expected_cost_and_the_most_that_can_be_given():
    # given: faces of 10.00 and 10.00; 1 in 10 and 1 in 2 of 1000 draws, 20 there of the first
    main, often, consolation = make_template(), make_template(), make_template()
    draft = make_lottery_draft(
        (main, 100_000, {"stock": 20}), (often, 500_000, {"stock": 600}), fallback=consolation, fallback_after=1
    )
    expected = list(expected_of(draft).values())
    # then: 20 of 100 wanted, 500, and 400 of the rest with the 80 that the first is short of
    assert [(row.pieces, row.cents) for row in expected] == [(20, 20_000), (500, 500_000), (480, 480_000)]
    assert stakes_of_lottery(draft).budget_cents is None
    capped = make_lottery_draft((main, 100_000, {"stock": 20}), (make_template(budget_cents=70_000), 1))
    assert stakes_of_lottery(capped).budget_cents == 20 * 1_000 + 70_000
