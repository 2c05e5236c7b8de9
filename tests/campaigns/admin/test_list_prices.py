"""A range of list prices: typed, stored, shown again and said, for campaigns and coupons alike."""

import pytest
from django.urls import reverse

from campaigns.models import CampaignRevision
from coupons.models import CouponTemplateRevision
from tests.campaigns.admin.pages import ADD, page_of
from tests.campaigns.admin.test_campaign import _posted
from tests.factories.coupons import typed_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]

ADD_COUPON = reverse("admin:coupons_coupontemplate_add")
TEN_TO_FIFTY = {"least_list_cents": "10", "most_list_cents": "50.00"}


def test_campaign_keeps_to_a_range_and_shows_it_again(client, operator):
    client.post(f"{ADD}?kind=spend_tiers", _posted(**TEN_TO_FIFTY))
    revision = CampaignRevision.objects.get()
    assert (revision.least_list_cents, revision.most_list_cents) == (1_000, 5_000)
    assert "¥10 to ¥50" in client.get(page_of(revision.campaign)).content.decode()
    form = client.get(reverse("admin:campaigns_campaign_edit", args=[revision.campaign.pk])).context["form"]
    assert [form[name].value() for name in TEN_TO_FIFTY] == ["10", "50"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [({}, "any"), ({"least_list_cents": "10"}, "from ¥10"), ({"most_list_cents": "50"}, "up to ¥50")],
)
def test_an_open_end_is_said(client, operator, typed, said):
    client.post(f"{ADD}?kind=spend_tiers", _posted(**typed))
    facts = client.get(page_of(CampaignRevision.objects.get().campaign)).context["facts"]
    assert said in [fact.text for fact in facts if fact.label == "List price"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"least_list_cents": "50.01", "most_list_cents": "50"}, "most_list_cents"),
        ({"least_list_cents": "0"}, "least_list_cents"),
        ({"most_list_cents": "-3"}, "most_list_cents"),
        ({"most_list_cents": "many"}, "most_list_cents"),
    ],
)
def test_a_range_without_prices_is_refused_at_its_field(client, operator, typed, field):
    answer = client.post(f"{ADD}?kind=spend_tiers", _posted(**typed))
    assert list(answer.context["form"].errors) == [field]
    answer = client.post(f"{ADD_COUPON}?kind=amount_off", typed_template(**typed))
    assert list(answer.context["form"].errors) == [field]
    assert not CampaignRevision.objects.exists()


def test_coupon_keeps_to_a_range(client, operator):
    client.post(f"{ADD_COUPON}?kind=amount_off", typed_template(**TEN_TO_FIFTY))
    revision = CouponTemplateRevision.objects.get()
    assert (revision.least_list_cents, revision.most_list_cents) == (1_000, 5_000)
    page = client.get(reverse("admin:coupons_coupontemplate_change", args=[revision.template.pk]))
    assert "¥10 to ¥50" in page.content.decode()
