import pytest
from django.urls import reverse

from coupons.models import CodePool
from pricing import tasks
from pricing.models import Job
from tests.factories.campaigns import make_checker, make_user
from tests.factories.codes import make_code_pool
from tests.factories.coupons import make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]

LIST = reverse("admin:coupons_codepool_changelist")
ADD = reverse("admin:coupons_codepool_add")


def url(name, pool, *args):
    return reverse(f"admin:coupons_codepool_{name}", args=[pool.pk, *args])


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


def posted(template, **changes):
    data = {
        "template": template.pk,
        "kind": "single",
        "name": "Box of tea",
        "name_zh": "茶礼",
        "starts_at_0": "2026-11-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2099-11-12",
        "ends_at_1": "00:00:00",
        "count": "12",
        "prefix": "tea",
        "shared_code": "",
        "per_customer": "1",
    }
    return data | changes


def test_a_pool_is_set_up_approved_and_downloaded_once(client, operator):
    client.post(ADD, posted(make_template()))
    pool = CodePool.objects.get()
    client.post(url("act", pool, "submit"))
    revision = pool.revisions.get()
    client.force_login(make_checker())
    client.post(url("act", pool, "approve"), {"seen": revision.content_hash})
    client.force_login(operator)
    waiting = client.get(url("change", pool)).content.decode()
    how_far = reverse("admin:pricing_job_how_far", args=[Job.objects.get().pk])
    assert f'hx-get="{how_far}"' in waiting
    assert "Stop" in client.get(how_far).content.decode()
    assert "download once" not in waiting
    tasks.work_off_jobs()
    assert "download once" in client.get(url("change", pool)).content.decode()
    assert "The file holds 12 codes." in client.get(url("codes", pool)).content.decode()
    answer = client.post(url("codes", pool))
    lines = b"".join(answer.streaming_content).decode().split("\r\n")
    assert (lines[0], len(lines), lines[-1]) == ("code", 14, "")
    assert all(line.startswith("TEA-") for line in lines[1:-1])
    assert "no-store" in answer["Cache-Control"]
    again = client.post(url("codes", pool), follow=True)
    assert "possible once" in again.content.decode()
    assert "download once" not in again.content.decode()


@pytest.mark.parametrize("role", ["approver", "finance", "service"])
def test_nobody_but_operators_can_download_codes(client, role):
    pool = make_code_pool()
    client.force_login(make_user(groups=[role]))
    assert client.get(url("codes", pool)).status_code == 403
    assert client.post(url("codes", pool)).status_code == 403
    pool.refresh_from_db()
    assert pool.downloaded_at is None


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        pytest.param({"ends_at_0": "2026-10-01"}, "ends_at", "later than the start", id="ends before it starts"),
        pytest.param({"prefix": "TEA!"}, "prefix", "Letters A to Z", id="signs in the prefix"),
        pytest.param({"count": "-1"}, "count", "greater than or equal to 1", id="negative"),
        pytest.param({"count": "99999999999"}, "count", "less than or equal to 5000000", id="huge"),
        pytest.param({"template": "0"}, "template", "Select a valid choice", id="unknown coupon"),
        pytest.param({"kind": "endless"}, "kind", "Select a valid choice", id="unknown kind"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_stored(client, operator, changes, field, says):
    answer = client.post(ADD, posted(make_template()) | changes)
    assert says in str(answer.context["form"].errors[field])
    assert not CodePool.objects.exists()


def test_list_shows_pools_with_codes_made_and_redeemed(client, operator):
    make_code_pool(count=10)
    make_code_pool("shared", shared_code="TEA2026")
    text = client.get(LIST).content.decode()
    assert "10 of 10" in text
    assert "TEA2026" in text


def test_a_pool_is_not_offered_what_it_cannot_hand_out_and_says_why_of_what_was_chosen_before(client, operator):
    aimed, by_claim = make_template(name="Welcome", new_to="platform"), make_template(issue_channels=["claim"])
    offered = client.get(ADD).context["form"].fields["template"].queryset
    assert set(offered) & {aimed, by_claim} == set()
    page = client.get(f"{ADD}?template={aimed.pk}").content.decode()
    assert ("Welcome" in page, "This coupon is meant for some customers only" in page) == (True, True)
    errors = client.post(ADD, posted(by_claim)).context["form"].errors
    assert "This coupon is not handed out in this way" in errors["template"][0]
