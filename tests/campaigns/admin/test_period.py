from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.planning import make_festival
from tests.factories.pricing import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]

PAGE = reverse("admin:campaigns_campaign_beside_period")
DAY = timedelta(days=1)


def _typed(starts_at, ends_at, **more):
    sent = dict(more)
    for name, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        local = timezone.localtime(at)
        sent |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
    return sent


def test_festivals_and_other_campaigns_of_the_typed_period_are_said_with_who_starts_together(client, operator):
    festival = make_festival("Singles' Day", first=timezone.localtime(NOON).date())
    shop = make_shop(name="Qinghe")
    make_campaign(name="Tea", shop=shop, starts_at=NOON, ends_at=NOON + DAY)
    make_revision(name="Idea", starts_at=NOON - DAY, ends_at=NOON + DAY)
    make_campaign(name="Before", starts_at=NOON - DAY, ends_at=NOON)
    mine = make_revision(name="Mine", starts_at=NOON, ends_at=NOON + DAY)
    page = client.get(PAGE, _typed(NOON, NOON + DAY, without=str(mine.campaign_id)))
    assert list(page.context["festivals"]) == [festival]
    assert [revision.name for revision in page.context["named"]] == ["Idea", "Tea"]
    assert sorted(page.context["owners"]) == [("Qinghe", 1), ("the platform", 1)]
    assert page.context["together"] == 1
    text = page.content.decode()
    assert "2 other campaigns in this period" in text
    assert "1 of them starts in the same second." in text


@pytest.mark.parametrize(
    "sent",
    [{}, {"starts_at_0": "soon"}, _typed(NOON, NOON), _typed(NOON, NOON - DAY), _typed(NOON, NOON, without="²")],
)
def test_half_a_period_says_what_will_stand_here(client, operator, sent):
    assert "once start and end are typed" in client.get(PAGE, sent).content.decode()


def test_only_the_staff_that_may_see_campaigns_asks(client):
    client.force_login(make_user(is_staff=True))
    assert client.get(PAGE).status_code == 403
