import pytest

from campaigns.forms.campaign_form import campaign_form_for
from campaigns.forms.target import target_text, typed_target
from campaigns.models import Goal

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-01")]


def read(goal, typed):
    form = campaign_form_for("percent_off")({"goal": goal, "goal_figure": typed})
    form.is_valid()
    return form.cleaned_data.get("goal_figure"), form.errors.get("goal_figure")


@pytest.mark.parametrize(
    ("goal", "typed", "figure", "text"),
    [
        (Goal.NEW_CUSTOMERS, "1200", 1_200, "1200 new customers"),
        (Goal.BASKET_VALUE, "188.50", 18_850, "¥188.50 per order, on average"),
        (Goal.CLEAR_STOCK, "40", 40, "40 pieces sold"),
        (Goal.CLEAR_STOCK, "", None, "none"),
    ],
)
def test_the_unit_of_the_target_follows_from_the_goal(goal, typed, figure, text):
    assert read(goal, typed) == (figure, None)
    assert target_text(goal, figure) == text
    assert read(goal, typed_target(goal, figure)) == (figure, None)


@pytest.mark.parametrize(
    ("goal", "typed"), [(Goal.CLEAR_STOCK, "1.5"), (Goal.BASKET_VALUE, "-3"), (Goal.NEW_CUSTOMERS, "0")]
)
def test_a_target_that_is_no_figure_of_its_goal_is_refused(goal, typed):
    assert read(goal, typed) == (
        None,
        ["Give a figure above 0, such as 200; for a basket value an amount."],
    )
