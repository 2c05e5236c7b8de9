import pytest

from campaigns.models import PhaseChange
from tests.reliability.mass_start import seconds_late


@pytest.mark.slow
@pytest.mark.req("CAM-10")
@pytest.mark.django_db(transaction=True)
def test_a_thousand_campaigns_of_one_second_are_noted_within_two(celery_beat):
    late = seconds_late(campaigns=1_000, skus=2, lead_seconds=15)
    assert all(0 <= seconds <= 2 for seconds in late.values()), late
    assert PhaseChange.objects.count() == 2_000
