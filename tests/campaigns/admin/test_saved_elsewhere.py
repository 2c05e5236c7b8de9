from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from campaigns.models import AuditEntry, Campaign, CampaignRevision
from pricing.wording import full_time_text
from tests.campaigns.admin.pages import ADD
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-01")]

SOON = timezone.now() + timedelta(days=1)
SAID = {
    "en": "This draft was saved elsewhere, last on %s, after you had loaded it. Your entries are kept below.",
    "zh-hans": "您打开此草稿后，它已在别处保存（最近一次：%s）。您填写的内容保留在下方。",
}


def _typed(**changes):
    data = {
        "name": "Half price",
        "name_zh": "半价",
        "goal": "basket_value",
        "priority": "0",
        "starts_at_0": "2026-11-11",
        "starts_at_1": "00:00:00",
        "ends_at_0": "2099-11-12",
        "ends_at_1": "00:00:00",
        "rule_rate_bp": "50",
        "layer": "item",
        "everything": "on",
        "threshold_on": "net",
        "limit_period": "campaign",
        "refund_policy": "as_paid",
    }
    return data | changes


def _loaded(client, url):
    """What an opened window carries."""
    return client.get(url).context["form"].seen


def _stored():
    return list(CampaignRevision.objects.values_list("name", "skus__sku__code"))


@pytest.fixture
def edit(operator):
    revision = make_revision("percent_off", author=operator, name="Old", sku=make_sku("TEA"), ends_at=SOON)
    return reverse("admin:campaigns_campaign_edit", args=[revision.campaign_id])


@pytest.mark.parametrize(("language", "half"), [("en", "50"), ("zh-hans", "5")])
def test_a_second_window_is_told_keeps_what_was_typed_and_saves_over_it_only_on_purpose(client, edit, language, half):
    client.cookies.load({"django_language": language})
    seen, typed = _loaded(client, edit), partial(_typed, rule_rate_bp=half)
    client.post(edit, typed(name="First", sku_codes="TEA", everything="", seen=seen))
    refused = client.post(edit, typed(name="Second", seen=seen))
    with override(language):
        said = SAID[language] % full_time_text(AuditEntry.objects.get(act="edit").at)
    assert refused.context["form"].non_field_errors() == [said]
    assert (refused.context["form"]["name"].value(), _stored()) == ("Second", [("First", "TEA")])
    page, over = refused.content.decode(), refused.context["form"].refused.stored
    assert f'name="seen" value="{seen}"' in page
    assert f'type="checkbox" name="over" value="{over}"' in page
    assert f'href="{edit}"' in page
    # A third window is faster than the tick: it would be lost unseen, so the tick counts for nothing.
    client.post(edit, typed(name="Third", seen=over))
    assert client.post(edit, typed(name="Second", seen=seen, over=over)).status_code == 200
    assert _stored() == [("Third", None)]
    assert client.post(edit, typed(name="Second", seen=seen, over=_loaded(client, edit))).status_code == 302
    assert _stored() == [("Second", None)]


def test_a_browser_that_goes_back_does_not_put_old_entries_beside_what_is_stored_now(client, edit):
    # With autocomplete it would, and the entries would pass for an edit of a version that nobody has looked at.
    assert '<form method="post" id="campaign_form" novalidate autocomplete="off"' in client.get(edit).content.decode()


def test_a_form_sent_twice_finds_its_own_work_done(client, edit):
    sent = _typed(name="First", seen=_loaded(client, edit))
    assert [client.post(edit, sent).status_code for _ in range(2)] == [302, 302]
    assert AuditEntry.objects.filter(act="edit").count() == 1


def test_a_tick_that_meets_another_complaint_is_not_asked_for_again(client, edit):
    first = _loaded(client, edit)
    client.post(edit, _typed(name="First", seen=first))
    over = _loaded(client, edit)
    page = client.post(edit, _typed(name="", seen=first, over=over)).content.decode()
    assert f'name="seen" value="{over}"' in page


def test_going_back_to_the_page_of_a_new_draft_does_not_undo_later_edits(client, operator):
    url, sent = f"{ADD}?kind=percent_off", _typed(draft_key=str(uuid4()))
    client.post(url, sent)
    edit = reverse("admin:campaigns_campaign_edit", args=[Campaign.objects.get().pk])
    client.post(edit, _typed(name="Edited", seen=_loaded(client, edit)))
    refused = client.post(url, sent | {"name": "Gone back"})
    at = full_time_text(AuditEntry.objects.get(act="edit").at)
    assert refused.context["form"].non_field_errors() == [
        f"What was made from this page is there already and was changed since, last on {at}. It stays as it is."
    ]
    assert escape("Saved once more, they become a draft of their own.") in refused.content.decode()
    assert _stored() == [("Edited", None)]
    client.post(url, sent | {"name": "Gone back", "draft_key": refused.context["draft_key"]})
    assert sorted(_stored()) == [("Edited", None), ("Gone back", None)]
