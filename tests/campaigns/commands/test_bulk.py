from datetime import timedelta
from uuid import uuid4

import pytest

from campaigns.commands.bulk import Bulk, act_on
from campaigns.models import CampaignTransition
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user
from tests.factories.pricing import make_sku

DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]


def test_worker_that_begins_anew_counts_what_it_has_handed_in_as_done():
    make_sku()
    draft = make_revision("percent_off", author=make_user(groups=["operator"]), starts_at=NOON, ends_at=NOON + DAY)
    bulk = Bulk(act="submit", by_id=draft.author_id, since=NOON, key=uuid4())
    for _once_more in range(2):
        assert act_on(bulk, campaign_id=draft.campaign_id, at=NOON) == []
    assert CampaignTransition.objects.filter(move="submit").count() == 1
