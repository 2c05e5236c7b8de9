from datetime import date

import pytest
from django.db import IntegrityError

from campaigns.commands.festivals import UnknownYear, add_usual_festivals
from campaigns.festivals import LUNAR, USUAL, YEARS, usual_festivals
from campaigns.models import Festival
from tests.factories.planning import make_festival

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]


def test_usual_festivals_of_a_year_are_entered_once_and_edits_stay():
    assert add_usual_festivals(year=2027) == 16
    Festival.objects.filter(name_zh="双十一").update(starts_on=date(2027, 10, 20), name_zh="双十一大促")
    assert add_usual_festivals(year=2027) == 0
    edited = Festival.objects.get(usual="singles_day/2027")
    assert (edited.name_zh, edited.starts_on, edited.ends_on) == ("双十一大促", date(2027, 10, 20), date(2027, 11, 11))
    assert Festival.objects.count() == 16


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("spring/2027", date(2027, 2, 5), date(2027, 2, 12)),
        ("nianhuo/2027", date(2027, 1, 9), date(2027, 1, 28)),
        ("mid_autumn/2028", date(2028, 10, 3), date(2028, 10, 5)),
        ("qixi/2026", date(2026, 8, 19), date(2026, 8, 19)),
        ("618/2027", date(2027, 6, 1), date(2027, 6, 20)),
    ],
)
def test_lunar_and_solar_festivals_have_their_days(key, first, last):
    found = {dated.key: dated for dated in usual_festivals(first.year)}[key]
    assert (found.starts_on, found.ends_on) == (first, last)


def test_the_lunar_table_is_whole_and_its_festivals_stand_in_the_order_of_the_year():
    assert YEARS == (2026, 2027, 2028, 2029, 2030)
    for year in YEARS:
        days = [LUNAR[name][year] for name in ("spring", "lantern", "dragon_boat", "qixi", "mid_autumn")]
        assert days == sorted(days)
        # The fifteenth day of the first month.
        assert (LUNAR["lantern"][year] - LUNAR["spring"][year]).days == 14
    assert all(usual.name_zh for usual in USUAL)


@pytest.mark.parametrize("year", [0, 2025, 2031])
def test_a_year_whose_lunar_dates_are_unknown_is_refused_and_nothing_is_entered(year):
    with pytest.raises(UnknownYear) as refused:
        add_usual_festivals(year=year)
    assert str(refused.value) == "year: The usual festivals are known for 2026 to 2030."
    assert not Festival.objects.exists()


@pytest.mark.parametrize("wrong", [{"last": date(2026, 11, 1)}, {"peak_orders": 0}, {"peak_requests": 1_000_001}])
def test_database_refuses_impossible_festivals(wrong):
    with pytest.raises(IntegrityError):
        make_festival(first=date(2026, 11, 11), **wrong)
