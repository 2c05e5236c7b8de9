"""The pages of grants by hand: tried, corrected, handed in, approved, and read row by row."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coupons.models import Coupon, CouponGrant, GrantRow
from pricing import tasks
from pricing.admin.job import page_of
from pricing.models import Job
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.grants import make_grant

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]

ADD = reverse("admin:coupons_coupongrant_add")
LIST = reverse("admin:coupons_coupongrant_changelist")


def act(grant, code):
    return reverse("admin:coupons_coupongrant_act", args=[grant.pk, code])


@pytest.fixture
def operator(client):
    operator = make_user("olivia", groups=["operator"])
    client.force_login(operator)
    make_customer("A")
    make_customer("B")
    return operator


@pytest.fixture
def sent():
    return {"template": make_template().pk, "name": "Sorry", "description": "late parcels", "pasted": "A,2\nB"}


def test_trying_stores_nothing_and_says_what_every_row_would_do(client, operator, sent):
    text = client.post(ADD, sent | {"_try": ""}).content.decode()
    assert "All 2 rows are right: 3 coupons." in text
    wrong = client.post(ADD, sent | {"pasted": "A\nnobody", "_try": ""}).content.decode()
    assert "1 of 2 rows are wrong." in wrong
    assert "No customer has this number" in wrong
    assert not CouponGrant.objects.exists()
    assert not GrantRow.objects.exists()


def test_a_file_with_wrong_rows_is_not_saved_and_they_can_be_downloaded_alone(client, operator, sent):
    def file():
        return SimpleUploadedFile("who.csv", "客户,张数\nA,2\nnobody,5\n=cmd,two\n".encode("gb18030"))

    page = client.post(ADD, sent | {"pasted": "", "file": file()})
    assert "2 of 3 rows are wrong" in str(page.context["form"].errors["file"])
    assert "nobody,5" in page.context["form"]["pasted"].value()
    rows = b"".join(client.post(ADD, sent | {"pasted": "", "file": file(), "_bad": ""})).decode("utf-8-sig")
    assert [line.split(",")[:3] for line in rows.splitlines()] == [
        ["customer", "number of coupons", "line"],
        ["nobody", "5", "3"],
        ["'=cmd", "two", "4"],
    ]
    assert not CouponGrant.objects.exists()


def test_from_the_draft_to_the_coupons_and_their_report(client, operator, sent):
    client.post(ADD, sent | {"_save": ""})
    grant = CouponGrant.objects.get()
    edit = reverse("admin:coupons_coupongrant_edit", args=[grant.pk])
    assert "The draft holds 2 customers with 3 coupons" in client.get(edit).content.decode()
    client.post(edit, sent | {"pasted": "", "name": "Sorry again", "_save": ""})
    client.post(act(grant, "submit"))
    client.force_login(make_checker())
    page = client.get(act(grant, "approve"))
    assert "1: A × 2" in page.content.decode()
    client.post(act(grant, "approve"), {"seen": grant.revisions.get().content_hash})
    client.force_login(operator)
    how_far = reverse("admin:pricing_job_how_far", args=[Job.objects.get().pk])
    assert f'hx-get="{how_far}"' in client.get(reverse("admin:coupons_coupongrant_change", args=[grant.pk])).text
    assert reverse("admin:pricing_job_stop", args=[Job.objects.get().pk]) in client.get(how_far).text
    jobs = client.get(reverse("admin:pricing_job_changelist"))
    assert [(row.subject_name, row.kind) for row in jobs.context["cl"].result_list] == [("Sorry again", "give_grant")]
    assert "Coupons of a grant · Sorry again" in client.get(page_of(Job.objects.get())).text
    tasks.work_off_jobs()
    assert Coupon.objects.count() == 3
    text = client.get(LIST).content.decode()
    assert "Sorry again" in text
    assert "3 of 3" in text
    report = b"".join(client.get(reverse("admin:coupons_coupongrant_rows", args=[grant.pk]))).decode("utf-8-sig")
    assert report.splitlines() == [
        "customer,number of coupons,line,customer number,given,outcome",
        "A,2,1,A,2,issued",
        "B,1,2,B,1,issued",
    ]


def test_pages_ask_as_much_with_many_grants_as_with_one(client, operator, django_assert_max_num_queries):
    make_grant("A")
    with django_assert_max_num_queries(60) as first:
        client.get(LIST)
    make_grant("B")
    with django_assert_max_num_queries(len(first)):
        client.get(LIST)
