from datetime import UTC, datetime

import pytest

from promo_site.importing.matching import Purchase, match


def purchase(line: int, day: int, left: int) -> Purchase:
    return Purchase(line, line, datetime(2011, 3, day, tzinfo=UTC), ("order", line), 255, left)


def matched(purchases, *, units, day=20):
    return [(one.line, part) for one, part in match(purchases, units=units, at=datetime(2011, 3, day, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("lefts", "units", "expected"),
    [
        pytest.param([(1, 5), (2, 5), (3, 5)], 5, [(3, 5)], id="latest line with enough"),
        pytest.param([(1, 5), (2, 8), (3, 5)], 6, [(2, 6)], id="latest line that alone has enough"),
        pytest.param([(1, 5), (2, 5), (3, 5)], 6, [(3, 5), (2, 1)], id="several, the latest first"),
        pytest.param([(1, 5), (2, 0), (3, 5)], 10, [(3, 5), (1, 5)], id="empty lines are passed over"),
        pytest.param([(1, 5), (2, 5)], 11, [], id="not in full, so not at all"),
        pytest.param([], 1, [], id="nothing bought"),
    ],
)
def test_cancellation_finds_its_purchase(lefts, units, expected):
    purchases = [purchase(line, line, left) for line, left in lefts]
    assert matched(purchases, units=units) == expected


def test_purchase_after_the_cancellation_is_none_of_it():
    assert matched([purchase(1, 1, 5), purchase(2, 21, 5)], units=5) == [(1, 5)]
    assert matched([purchase(2, 21, 5)], units=5) == []


def test_what_is_matched_is_no_longer_left():
    purchases = [purchase(1, 1, 5), purchase(2, 2, 5)]
    assert matched(purchases, units=4) == [(2, 4)]
    assert matched(purchases, units=4) == [(1, 4)]
    assert matched(purchases, units=3) == []
    assert [one.left for one in purchases] == [1, 1]
