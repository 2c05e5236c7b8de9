from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import AuditEntry, Campaign, Intervention, StaffNotice, WithdrawnSku
from tests.campaigns.admin.pages import act_of, page_of
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-11")]

LIST = reverse("admin:campaigns_intervention_changelist")
SOON = timezone.now() + timedelta(days=1)


def _page(row):
    return reverse("admin:campaigns_intervention_change", args=[row.pk])


def _decide(row):
    return reverse("admin:campaigns_intervention_decide", args=[row.pk])


def test_nothing_happens_by_get_and_without_a_reason(client, operator):
    campaign = make_campaign()
    for code in ("pause", "stop", "withdraw"):
        client.get(act_of(campaign, code))
        assert client.put(act_of(campaign, code)).status_code == 405
        answer = client.post(act_of(campaign, code), {"reason": " ", "_now": "1"})
        assert answer.status_code == 200
    assert "Say why" in client.post(act_of(campaign, "stop"), {"reason": " "}).content.decode()
    assert not Intervention.objects.exists()
    assert Campaign.objects.get().state == "approved"


def test_reason_of_what_is_not_possible_is_kept_without_what_cannot_be_stored(client, operator):
    answer = client.post(act_of(make_campaign(paused=True), "pause"), {"reason": " a\0b ", "_now": "1"}, follow=True)
    assert "This is not possible now." in answer.content.decode()
    assert AuditEntry.objects.values_list("outcome", "act", "reason").get() == ("refused", "pause", "ab")


def test_stop_is_asked_for_by_one_and_carried_out_by_another(client, operator, approver):
    campaign = make_campaign()
    client.post(act_of(campaign, "stop"), {"reason": "wrong\0 picture", "_ask": "1"})
    (row,) = Intervention.objects.all()
    assert (Campaign.objects.get().state, row.reason) == ("approved", "wrong picture")
    assert "waits for a second person" in client.get(page_of(campaign)).content.decode()
    assert client.post(_decide(row), {"_agree": "1"}).status_code == 403
    client.force_login(approver)
    assert "wrong picture" in client.get(_page(row)).content.decode()
    client.post(_decide(row), {"_agree": "1", "remark": "seen"})
    assert Campaign.objects.get().state == "stopped"
    history = client.get(page_of(campaign)).content.decode()
    assert "asked for" in history
    assert "wrong picture" in history


def test_emergency_stop_is_one_click_with_a_reason_and_is_reviewed(client, operator, approver):
    campaign = make_campaign()
    answer = client.post(act_of(campaign, "stop"), {"reason": "price of zero", "_now": "1"}, follow=True)
    assert Campaign.objects.get().state == "stopped"
    assert "was done at once and waits to be confirmed or reverted" in answer.content.decode()
    (notice,) = StaffNotice.objects.filter(user=approver)
    row = Intervention.objects.get()
    assert notice.link == _page(row)
    client.force_login(approver)
    assert "Say why" in client.post(_decide(row), {"_refuse": "1"}, follow=True).content.decode()
    client.post(_decide(row), {"_refuse": "1", "remark": "the price is right"})
    row.refresh_from_db()
    assert (Campaign.objects.get().state, row.outcome) == ("approved", "reverted")
    assert StaffNotice.objects.filter(user=operator).count() == 1


def test_who_asked_is_offered_to_call_back_and_not_to_decide(client, operator):
    campaign = make_campaign()
    client.post(act_of(campaign, "pause"), {"reason": "wrong price"})
    row = Intervention.objects.get()
    context = client.get(_page(row)).context
    assert (context["may_decide"], context["may_call_back"]) == (False, True)
    client.post(_decide(row), {"_call_back": "1"})
    row.refresh_from_db()
    assert (row.outcome, Campaign.objects.get().state) == ("called_back", "approved")


def test_boss_with_every_permission_cannot_decide_about_what_they_asked_for(client):
    boss = make_user("boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    campaign = make_campaign()
    client.post(act_of(campaign, "stop"), {"reason": "wrong price"})
    row = Intervention.objects.get()
    answer = client.post(_decide(row), {"_agree": "1"}, follow=True)
    assert "somebody else has to decide" in answer.content.decode()
    assert Campaign.objects.get().state == "approved"


def test_number_of_open_carts_and_unpaid_orders_is_shown_before_and_kept(client, operator):
    held, other = make_sku("HELD"), make_sku("OTHER")
    campaign = make_campaign("percent_off", sku=[held, make_sku("FREE")])
    for _number in range(2):
        make_cart({held: 1, other: 1})
    make_cart({other: 1})
    make_order({held: 2})
    for code, address in (
        ("stop", act_of(campaign, "stop")),
        ("withdraw", f"{act_of(campaign, 'withdraw')}?skus={held.pk}"),
    ):
        page = client.get(address)
        assert (page.context["asked"].touched.carts, page.context["asked"].touched.unpaid_orders) == (2, 1), code
    client.post(act_of(campaign, "withdraw"), {"skus": [held.pk], "reason": "wrong price", "_now": "1"})
    assert Intervention.objects.get().carts == 2


def test_single_sku_is_chosen_taken_out_and_taken_back_in(client, operator, approver):
    out, stays, foreign = make_sku("OUT"), make_sku("STAYS"), make_sku("FOREIGN")
    campaign = make_campaign("percent_off", sku=[out, stays], ends_at=SOON)
    assert "Which SKUs?" in client.get(act_of(campaign, "withdraw")).content.decode()
    wrong = client.get(act_of(campaign, "withdraw"), {"skus": foreign.pk}).content.decode()
    assert "is not among those of this campaign" in wrong
    client.post(act_of(campaign, "withdraw"), {"skus": [out.pk], "reason": "recall", "_ask": "1"})
    assert not WithdrawnSku.objects.exists()
    client.force_login(approver)
    client.post(_decide(Intervention.objects.get()), {"_agree": "1"})
    assert WithdrawnSku.objects.get().sku == out
    page = client.get(page_of(campaign)).content.decode()
    assert "1 SKU is taken out of this campaign:" in page
    client.force_login(operator)
    assert client.get(act_of(campaign, "take_back"), {"skus": out.pk}).context["asked"].can_be_at_once is False
    client.post(act_of(campaign, "take_back"), {"skus": [out.pk], "reason": "mended", "_now": "1"})
    assert WithdrawnSku.objects.exists()
    client.post(act_of(campaign, "take_back"), {"skus": [out.pk], "reason": "mended"})
    client.force_login(approver)
    client.post(_decide(Intervention.objects.filter(outcome="waiting").get()), {"_agree": "1"})
    assert not WithdrawnSku.objects.exists()


def test_finance_looks_and_changes_nothing(client, operator):
    campaign = make_campaign()
    client.post(act_of(campaign, "pause"), {"reason": "wrong price"})
    row = Intervention.objects.get()
    client.force_login(make_user(groups=["finance"]))
    assert (client.get(LIST).status_code, client.get(_page(row)).status_code) == (200, 200)
    for button in ("_agree", "_refuse", "_call_back"):
        assert client.post(_decide(row), {button: "1", "remark": "x"}).status_code == 403
    assert client.get(_decide(row)).status_code == 405


def test_only_who_may_decide_is_asked_to(client, operator):
    campaign = make_campaign()
    client.post(act_of(campaign, "pause"), {"reason": "wrong price"})
    assert "Look (somebody else decides)" in client.get(page_of(campaign)).content.decode()
    client.force_login(make_user(groups=["approver"]))
    assert "Look and decide" in client.get(page_of(campaign)).content.decode()


def test_form_of_a_change_asks_whether_what_was_taken_out_stays_out(client, operator):
    sku = make_sku("OUT")
    campaign = make_campaign("percent_off", sku=sku, author=operator, ends_at=SOON)
    edit = reverse("admin:campaigns_campaign_edit", args=[campaign.pk])
    client.post(act_of(campaign, "withdraw"), {"skus": [sku.pk], "reason": "recall", "_now": "1"})
    client.post(act_of(campaign, "revise"))
    form = client.get(edit).context["form"]
    assert "keeps_withdrawn" in form.fields
    assert form["keeps_withdrawn"].value() is True
    client.post(act_of(campaign, "discard"))
    other = make_campaign("percent_off", author=operator, ends_at=SOON)
    client.post(act_of(other, "revise"))
    edit = reverse("admin:campaigns_campaign_edit", args=[other.pk])
    assert "keeps_withdrawn" not in client.get(edit).context["form"].fields
