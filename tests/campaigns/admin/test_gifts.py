"""Gift campaigns in the back office: set up in rows, shown again, refused by name, approved."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, CampaignRevision, GiftStock
from tests.campaigns.admin.pages import ADD, act_of, page_of
from tests.campaigns.admin.test_campaign import _posted
from tests.factories.pricing import make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02")]


def gift_form(*rows, **changes):
    """The form as it is sent: rows of (SKU, pieces, value, stock), and an empty one as the page has it."""
    without_tiers = dict.fromkeys(
        ("rule_tiers_counted", "rule_tiers_given", "rule_tiers_from", "rule_tiers_off", "threshold_on")
    )
    columns = zip(*[*rows, ("", "", "", "")], strict=True)
    names = [f"rule_gifts_{name}" for name in ("sku", "quantity", "value", "stock")]
    today = timezone.localdate()
    period = {"starts_at_0": f"{today - timedelta(days=1)}", "ends_at_0": f"{today + timedelta(days=9)}"}
    return _posted(**without_tiers, **period, **dict(zip(names, map(list, columns), strict=True)), **changes)


def test_a_gift_campaign_is_set_up_shown_again_and_approved(client, operator, approver):
    mug, pen = make_sku("MUG"), make_sku("PEN")
    assert "?kind=gift" in client.get(ADD).content.decode()
    page = client.get(f"{ADD}?kind=gift").content.decode()
    assert "rule_gifts_sku" in page
    assert "stock_units" not in page
    typed = gift_form((mug.pk, "", "30", "100"), (pen.pk, "2", "5.50", ""), rule_threshold_cents="199", rule_choose="1")
    client.post(f"{ADD}?kind=gift", typed)
    revision = CampaignRevision.objects.get()
    assert (revision.layer, revision.params) == (
        "order",
        {
            "gifts": [
                {"sku": "MUG", "value_cents": 3_000, "stock_units": 100},
                {"sku": "PEN", "value_cents": 550, "quantity": 2},
            ],
            "threshold_cents": 19_900,
            "choose": 1,
        },
    )
    page = client.get(page_of(revision.campaign)).content.decode()
    assert "1 of 2 gifts from ¥199" in page
    assert "worth ¥30 each, 100 in stock" in page
    assert "worth ¥5.50 each, unlimited" in page
    form = client.get(reverse("admin:campaigns_campaign_edit", args=[revision.campaign.pk])).context["form"]
    assert form["rule_gifts"].value() == [
        {"sku": str(mug.pk), "quantity": "1", "value": "30", "stock": "100"},
        {"sku": str(pen.pk), "quantity": "2", "value": "5.5", "stock": ""},
    ]
    client.post(act_of(revision.campaign, "submit"))
    client.force_login(approver)
    seen = client.get(act_of(revision.campaign, "approve")).context["standing"].open_revision.content_hash
    client.post(act_of(revision.campaign, "approve"), {"seen": seen, "reason": "fine"})
    assert Campaign.objects.get().state == "approved"
    assert list(GiftStock.objects.order_by("sku").values_list("sku__code", "total")) == [("MUG", 100), ("PEN", None)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "1", "30", ""), "Gift 1: choose a SKU."),
        (("x", "1", "30", ""), "Gift 1: choose a SKU."),
        (("SKU", "1", "", ""), "Gift 1: “” is no value"),
        (("SKU", "0", "30", ""), "Gift 1: “0” is no number of pieces"),
        (("SKU", "1", "30", "many"), "Gift 1: “many” is no number of pieces"),
    ],
)
def test_half_a_row_names_the_gift_and_stands_there_as_typed(client, operator, row, said):
    sku = make_sku()
    row = tuple(str(sku.pk) if cell == "SKU" else cell for cell in row)
    answer = client.post(f"{ADD}?kind=gift", gift_form(row))
    assert said in answer.content.decode()
    assert not Campaign.objects.exists()


def test_one_sku_twice_is_refused_at_the_gifts(client, operator):
    row = (make_sku().pk, "1", "30", "")
    answer = client.post(f"{ADD}?kind=gift", gift_form(row, row))
    assert "Each SKU stands in the list of gifts once." in answer.context["form"].errors["rule_gifts"]


def test_a_shop_gives_only_its_own_goods(client, operator):
    own, other = make_shop(), make_sku("ELSEWHERE", product=make_product(shop=make_shop()))
    client.post(f"{ADD}?kind=gift", gift_form((other.pk, "1", "30", ""), shop=own.pk))
    page = client.post(act_of(Campaign.objects.get(), "submit"), follow=True).content.decode()
    assert "No SKU of this owner has the code: ELSEWHERE." in page
