import pytest

from campaigns.commands import review
from campaigns.commands.campaigns import Incomplete
from campaigns.commands.drafting import Content, content_of, edit_draft, revise
from campaigns.commands.review import NotReady
from coupons.commands.caps import CapBelowUse
from coupons.commands.code_pools import CODE_POOL_REVIEW, CODE_POOLS
from coupons.commands.codes import CodesGone, make_batch, take_codes
from coupons.commands.redeeming import redeem_code
from coupons.models import Code, Coupon
from pricing import tasks
from pricing.models import Job
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.codes import codes_in, make_code_pool, make_pool_draft
from tests.factories.coupons import make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]


def _submit(revision):
    review.submit(CODE_POOL_REVIEW, revision_id=revision.pk, by=revision.author, at=NOON)


def test_approval_has_the_codes_made_and_they_are_stored_as_digests_alone():
    pool = make_code_pool(count=25, prefix="tea")
    assert (pool.made, Code.objects.filter(pool=pool, used=0, total=1).count()) == (25, 25)
    assert (Job.objects.get().state, Job.objects.get().by) == ("done", pool.current_revision.author)
    codes = codes_in(pool)
    assert len(set(codes)) == 25
    assert all(code.startswith("TEA-") for code in codes)
    stored = b"".join(bytes(code.digest) for code in Code.objects.all())
    assert not any(code.replace("-", "").encode() in stored for code in codes)


def test_codes_can_be_downloaded_once_and_only_when_all_are_made():
    pool = make_code_pool(made=False)
    with pytest.raises(CodesGone, match="not all made"):
        codes_in(pool)
    tasks.work_off_jobs()
    assert len(codes_in(pool)) == 10
    pool.refresh_from_db()
    assert (pool.secret, pool.downloaded_at) == (None, NOON)
    with pytest.raises(CodesGone, match="possible once"):
        take_codes(pool_id=pool.pk, by=make_user(), at=NOON)


def test_making_goes_on_where_a_killed_worker_left_it(monkeypatch):
    monkeypatch.setattr("coupons.commands.codes.BATCH", 4)
    pool = make_code_pool(made=False)
    assert make_batch(pool_id=pool.pk) == (4, 10)
    tasks.work_off_jobs()
    assert Code.objects.filter(pool=pool).count() == 10
    assert len(set(codes_in(pool))) == 10


@pytest.mark.parametrize(
    ("kind", "fields", "field", "says"),
    [
        pytest.param("single", {"count": None}, "count", "1 to 5000000", id="how many is not said"),
        pytest.param("single", {"count": 5_000_001}, "count", "1 to 5000000", id="too many"),
        pytest.param("shared", {"shared_code": "A-B c"}, "shared_code", "four letters", id="too short to be a code"),
        pytest.param("shared", {"count": 0}, "count", "with 0", id="nobody could redeem it"),
        pytest.param("single", {"name_zh": ""}, "name_zh", "both languages", id="name in one language"),
        pytest.param("single", {"starts_at": LONG_AGO, "ends_at": NOON}, "ends_at", "past", id="over"),
    ],
)
def test_what_cannot_work_is_refused_before_review_naming_the_field(kind, fields, field, says):
    with pytest.raises(NotReady, match=says) as refused:
        _submit(make_pool_draft(kind, **fields))
    assert refused.value.field == field


def test_a_pool_only_narrows_what_its_template_allows():
    template = make_template(issue_total=5, issue_per_customer=1)
    with pytest.raises(NotReady) as refused:
        _submit(make_pool_draft(template=template, count=6, per_customer=2))
    assert [problem.field for problem in refused.value.problems] == ["count", "per_customer"]


def test_two_pools_cannot_have_the_same_shared_code_however_it_is_written():
    make_code_pool("shared", shared_code="Tea-2026")
    with pytest.raises(Incomplete, match="Another pool has this code"):
        make_code_pool("shared", shared_code="ＴＥＡ 2026")
    assert Code.objects.count() == 1


def _change(pool, **fields):
    author = make_user()
    draft = revise(CODE_POOLS, subject_id=pool.pk, by=author, at=NOON)
    said = content_of(draft)
    content = Content(fields={**said.fields, **fields}, rows=said.rows)
    edit_draft(CODE_POOLS, revision_id=draft.pk, content=content, by=author)
    draft.refresh_from_db()
    _submit(draft)
    draft.refresh_from_db()
    review.approve(CODE_POOL_REVIEW, revision_id=draft.pk, seen_hash=draft.content_hash, by=make_checker(), at=NOON)


def test_a_pool_grows_until_its_codes_are_downloaded_and_never_shrinks():
    pool = make_code_pool(count=10)
    _change(pool, count=15)
    tasks.work_off_jobs()
    assert Code.objects.count() == 15
    with pytest.raises(CapBelowUse):
        _change(pool, count=14)


def test_codes_that_are_out_stay_what_they_are():
    pool = make_code_pool("shared")
    with pytest.raises(NotReady, match="given out") as refused:
        _change(pool, shared_code="COFFEE")
    assert refused.value.field == "shared_code"


def test_a_change_of_the_end_leaves_the_codes_as_they_were():
    pool = make_code_pool(count=3)
    codes = codes_in(pool)
    _change(pool, name="Box of green tea")
    customer = make_customer()
    coupon = redeem_code(text=codes[0], customer_id=customer.pk, address="10.0.0.1", at=NOON)
    assert Coupon.objects.get() == coupon
