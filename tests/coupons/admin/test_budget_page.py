import pytest
from django.urls import reverse

from coupons.admin import budget_page
from coupons.commands.recalling import recall_coupon
from tests.factories import NOON
from tests.factories.campaigns import make_user
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-02")]


@pytest.fixture
def finance(client):
    client.force_login(make_user(groups=["finance"]))
    return client


def page_of(client, template, **query):
    return client.get(reverse("admin:coupons_coupontemplate_budget", args=[template.pk]), query).content.decode()


def template_with_entries():
    """Three coupons of 10.00, one of them taken back, paid to a third by the platform."""
    template = make_template(
        shop=make_shop(), platform_share_bp=3_334, issue_total=4, budget_cents=10_000, most_per_minute=7
    )
    *_kept, back = [make_coupon(template=template, at=NOON) for _ in range(3)]
    assert recall_coupon(coupon_id=back.pk, order_key=back.number, reason="returned", at=NOON)
    return template, back


def test_finance_sees_what_the_budget_holds_who_pays_and_every_entry(finance):
    template, back = template_with_entries()
    page = page_of(finance, template)
    shown = (
        "3 of 4 (75 %)", "¥20 of ¥100 (20 %)", "Paid by the platform (33.34 %)", "¥6.67", "¥13.33",
        "7 coupons or ¥1,000,000", "−¥10", f"recall:{back.number}",
    )  # fmt: skip
    assert [text for text in shown if text not in page] == []
    assert page.count(str(back.number)[:8]) == 3  # reserved, released, and for what


def test_the_template_shows_its_budget_and_leads_to_the_entries(finance):
    template, _back = template_with_entries()
    page = finance.get(reverse("admin:coupons_coupontemplate_change", args=[template.pk])).content.decode()
    assert "¥20 of ¥100 (20 %)" in page
    assert reverse("admin:coupons_coupontemplate_budget", args=[template.pk]) in page


def test_what_an_order_has_taken_leads_to_the_order(finance):
    order, coupon = make_order({make_sku(): 1}), make_coupon(at=NOON)
    assert recall_coupon(coupon_id=coupon.pk, order_key=order.key, reason="returned", at=NOON)
    page = page_of(finance, coupon.template)
    link = reverse("admin:storefront_order_change", args=[order.pk])
    assert f'<td><a class="promo-link" href="{link}">order {order.number}</a></td>' in page
    assert "<td>the issue</td>" in page


def test_the_file_holds_every_entry_as_numbers(finance):
    template, back = template_with_entries()
    answer = finance.get(reverse("admin:coupons_coupontemplate_budget_file", args=[template.pk]))
    header, *lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert header == "entry,at,coupon,what,amount (CNY),for"
    assert len(lines) == 4
    released = lines[0].split(",")
    assert released[1:5] == ["2026-11-11 12:00:00+08:00", str(back.number), "released at expiry or recall", "-10.00"]
    assert released[5] == f"recall:{back.number}"
    assert sum(float(line.split(",")[4]) for line in lines) == 20


def test_older_entries_are_a_click_away_and_a_made_up_place_shows_the_newest(finance, monkeypatch):
    monkeypatch.setattr(budget_page, "SHOWN", 3)
    template, _back = template_with_entries()
    first = page_of(finance, template)
    assert first.count('class="when"') == 3
    older = first.partition("?before=")[2].partition('"')[0]
    assert page_of(finance, template, before=older).count('class="when"') == 1
    for nonsense in ("x", "-1", "9" * 40):
        assert page_of(finance, template, before=nonsense).count('class="when"') == 3


def test_a_draft_has_no_budget_yet_and_who_may_not_see_templates_sees_no_budget(finance, client):
    draft = make_template(approved=False)
    assert "Nothing yet." in page_of(finance, draft)
    client.force_login(make_user(is_staff=True))
    for name in ("budget", "budget_file"):
        assert client.get(reverse(f"admin:coupons_coupontemplate_{name}", args=[draft.pk])).status_code == 403
