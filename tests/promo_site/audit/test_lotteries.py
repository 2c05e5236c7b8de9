"""The audit of draws, while people draw."""

import pytest

from coupons.commands.draws import draw
from coupons.drawing import digest_of_seed
from promo_site.audit import lotteries
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.lotteries import make_lottery

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]


def drawn_in(lottery):
    return draw(lottery_id=lottery.pk, customer_id=make_customer().pk, seq=1, at=NOON)


def test_draws_of_a_lottery_that_was_approved_during_the_audit_wait_for_the_next(monkeypatch):
    lottery = make_lottery()
    drawn_in(lottery)

    def digest_while_people_draw(seed):
        drawn_in(lottery)
        drawn_in(make_lottery())
        return digest_of_seed(seed)

    monkeypatch.setattr(lotteries, "digest_of_seed", digest_while_people_draw)
    found = lotteries.NUMBERS.run()
    assert (found.compared, found.wrong) == (2, 0)
    monkeypatch.undo()
    found = lotteries.NUMBERS.run()
    assert (found.compared, found.wrong) == (5, 0)
