"""The usual festivals of the Chinese retail year, as one table; `commands/festivals.py` writes them into the calendar.

Lunar dates are the days of the Chinese lunar calendar (the Hong Kong Observatory publishes the same conversion). How
long the public holidays last is announced every year by the State Council, and when a sale begins is each shop's own
decision: the entries are proposals, and every one of them can be edited afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Usual:
    """A festival that comes back every year, from `starts` to `ends`, both included.

    Each end is (month, day), or, where `lunar` names a lunar festival, a number of days from that.
    """

    code: str
    name: str
    name_zh: str
    starts: tuple[int, int] | int
    ends: tuple[int, int] | int
    lunar: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A usual festival of one year; `key` is the same however often it is asked for."""

    key: str
    usual: Usual
    starts_on: date
    ends_on: date


LUNAR: dict[str, dict[int, date]] = {
    name: {2026 + place: date(2026 + place, *month_and_day) for place, month_and_day in enumerate(days)}
    for name, days in {
        "spring": [(2, 17), (2, 6), (1, 26), (2, 13), (2, 3)],
        "lantern": [(3, 3), (2, 20), (2, 9), (2, 27), (2, 17)],
        "dragon_boat": [(6, 19), (6, 9), (5, 28), (6, 16), (6, 5)],
        "qixi": [(8, 19), (8, 8), (8, 26), (8, 16), (8, 5)],
        "mid_autumn": [(9, 25), (9, 15), (10, 3), (9, 22), (9, 12)],
    }.items()
}
YEARS = tuple(LUNAR["spring"])

USUAL: tuple[Usual, ...] = (
    Usual("new_year", "New Year", "元旦", (1, 1), (1, 3)),
    Usual("nianhuo", "New Year shopping", "年货节", -28, -9, lunar="spring"),
    Usual("spring", "Spring Festival", "春节", -1, 6, lunar="spring"),
    Usual("lantern", "Lantern Festival", "元宵节", 0, 0, lunar="lantern"),
    Usual("womens_day", "Women's Day sale", "38节", (3, 1), (3, 8)),
    Usual("labour_day", "Labour Day", "五一", (5, 1), (5, 5)),
    Usual("520", "520", "520", (5, 20), (5, 20)),
    Usual("618", "618", "618", (6, 1), (6, 20)),
    Usual("dragon_boat", "Dragon Boat Festival", "端午节", 0, 2, lunar="dragon_boat"),
    Usual("qixi", "Qixi", "七夕", 0, 0, lunar="qixi"),
    Usual("school", "Back to school", "开学季", (8, 15), (9, 5)),
    Usual("mid_autumn", "Mid-Autumn Festival", "中秋节", 0, 2, lunar="mid_autumn"),
    Usual("national_day", "National Day", "国庆", (10, 1), (10, 7)),
    Usual("singles_day", "Singles' Day", "双十一", (11, 1), (11, 11)),
    Usual("double_twelve", "Double Twelve", "双十二", (12, 8), (12, 12)),
    Usual("christmas", "Christmas", "圣诞节", (12, 24), (12, 25)),
)


def usual_festivals(year: int) -> Iterator[Dated]:
    """Yield the usual festivals of a year; lunar ones are left out where their date is not known (see YEARS)."""
    for usual in USUAL:
        lunar_day = LUNAR[usual.lunar].get(year) if usual.lunar else None
        if usual.lunar and lunar_day is None:
            continue
        starts_on, ends_on = (_day(end, year, lunar_day) for end in (usual.starts, usual.ends))
        yield Dated(f"{usual.code}/{year}", usual, starts_on, ends_on)


def _day(end: tuple[int, int] | int, year: int, lunar_day: date | None) -> date:
    if isinstance(end, tuple):
        return date(year, *end)
    if lunar_day is None:
        raise ValueError("a distance needs the lunar festival that it is measured from")
    return lunar_day + timedelta(days=end)
