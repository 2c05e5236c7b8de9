import pytest

from campaigns.models import StaffNotice
from coupons import tasks
from coupons.commands.caps import set_template_caps
from coupons.models import TemplateBudget
from tests.factories.campaigns import make_checker
from tests.factories.coupons import make_template, make_template_revision

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-02")]


def told(template):
    """What the author of a template has been told, in the order in which it was."""
    notices = StaffNotice.objects.filter(user=template.created_by).order_by("pk")
    return [(notice.msgid % notice.figures, notice.figures) for notice in notices]


def give_out(template, *, issued=0, used_cents=0):
    TemplateBudget.objects.filter(pk=template.pk).update(issued=issued, used_cents=used_cents)
    return tasks.watch_budgets()


def texts(template):
    return [text for text, _figures in told(template)]


def test_each_step_of_the_number_is_told_once_to_the_author_and_to_approvers():
    template = make_template(issue_total=1_000_000, name="Tea", name_zh="茶")
    approver = make_checker()
    assert [give_out(template, issued=issued) for issued in (799_999, 800_000, 949_999, 950_000, 999_999)] == [
        0, 1, 0, 1, 0,
    ]  # fmt: skip
    assert give_out(template, issued=1_000_000) == 1
    assert tasks.watch_budgets() == 0
    assert texts(template) == [
        "“Tea”: 800000 of 1000000 coupons have been issued.",
        "“Tea”: 950000 of 1000000 coupons have been issued.",
        "“Tea”: all 1000000 coupons have been issued.",
    ]
    assert StaffNotice.objects.filter(user=approver).count() == 3
    link = StaffNotice.objects.first().link
    assert link == f"/admin/coupons/coupontemplate/{template.pk}/change/"


def test_money_that_does_not_cover_another_coupon_is_used_up_and_what_comes_back_is_not_told_again():
    template = make_template(budget_cents=100_000)  # of 10.00 each
    assert give_out(template, used_cents=80_000) == 1
    assert give_out(template, used_cents=99_500) == 1
    assert give_out(template, used_cents=40_000) == 0
    assert give_out(template, used_cents=96_000) == 0
    reached = [figures["figure_cents"] for _text, figures in told(template)]
    assert reached == [80_000, 99_500]
    assert "is used up" in texts(template)[1]


def test_a_higher_total_is_told_of_anew():
    template = make_template(issue_total=10)
    assert give_out(template, issued=10) == 1
    more = make_template_revision(template=template, issue_total=11)
    set_template_caps(template=template, revision=more)
    assert tasks.watch_budgets() == 1
    assert [figures["limit"] for _text, figures in told(template)] == [10, 11]


def test_templates_without_totals_and_drafts_are_left_alone():
    assert give_out(make_template(), issued=5, used_cents=5) == 0
    make_template(approved=False, issue_total=1)
    assert tasks.watch_budgets() == 0


def test_money_that_covers_no_further_coupon_is_used_up_however_much_is_left():
    template = make_template(budget_cents=1_900)  # of 10.00 each: one of them, and 47 % stay
    assert [give_out(template, used_cents=cents) for cents in (900, 1_000, 1_000)] == [0, 1, 0]
    assert "is used up" in texts(template)[0]
