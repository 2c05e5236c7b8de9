"""The demo's calendar: the usual festivals of this year and the next, with what the shop expects of the big ones."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.commands.festivals import add_usual_festivals
from campaigns.festivals import YEARS
from campaigns.models import Festival

# code of the usual festival -> requests and orders per second at its start
PEAKS = {"singles_day": (3_000, 60), "618": (1_800, 35), "double_twelve": (900, 15), "nianhuo": (600, 10)}


def fill_calendar(*, at: datetime) -> None:
    """Enter the usual festivals, their peaks, and one date of the shop's own."""
    today = timezone.localtime(at).date()
    for year in {today.year, today.year + 1} & set(YEARS):
        add_usual_festivals(year=year)
    for code, (requests, orders) in PEAKS.items():
        Festival.objects.filter(usual__startswith=f"{code}/").update(peak_requests=requests, peak_orders=orders)
    Festival.objects.get_or_create(
        name="Persimmon's birthday",
        name_zh="柿子店庆",
        defaults={
            "starts_on": today + timedelta(days=24),
            "ends_on": today + timedelta(days=26),
            "peak_requests": 300,
            "peak_orders": 5,
            "notes": "Five years since the first order; the shops each bring one offer.",
        },
    )
