"""`make timers`: 1,000 campaigns with 100,000 SKUs start, and end, at one second; prints how late that was noted."""

import pytest

from tests.reliability.mass_start import seconds_late


@pytest.mark.django_db(transaction=True)
def test_a_thousand_campaigns_with_a_hundred_thousand_skus(celery_beat):
    late = seconds_late(campaigns=1_000, skus=100)
    for phase, seconds in late.items():
        print(f"{phase}: all 1,000 campaigns noted {seconds:.2f} s after the time")
    assert all(0 <= seconds <= 2 for seconds in late.values()), late
