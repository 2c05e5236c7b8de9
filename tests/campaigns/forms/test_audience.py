"""Trees of conditions as a form sends them."""

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from campaigns.audience.conditions import WrongAudience
from campaigns.forms.audience import AudienceField, tree_in
from tests.factories.audience import all_of, is_, make_level, make_list, make_segment, make_tag
from tests.factories.campaigns import make_customer

pytestmark = pytest.mark.req("CAM-03")


class AForm(forms.Form):
    who = AudienceField(label="who", required=False, spell_out=True)


def sent(*tokens):
    data = QueryDict(mutable=True)
    data.setlist("who", tokens)
    return AForm(data)


def test_rows_and_groups_are_read_in_the_order_of_the_page():
    tokens = ["(all", "level", "gold", "vip", ";", "(none", "tag", "reader", "", ";", ")", "phone_verified", ";", ")"]
    assert tree_in(tokens) == {
        "all": [is_("level", "gold", "vip"), {"none": [is_("tag", "reader")]}, is_("phone_verified")]
    }


@pytest.mark.parametrize("tokens", [[], ["(all", ")"], ["(none", ")"]])
def test_no_condition_means_everyone(tokens):
    assert tree_in(tokens) == {}


@pytest.mark.parametrize("tokens", [["level"], ["(all", "level", "gold"], ["(all"], ["(some", ")"], ["(all"] * 40])
def test_what_no_page_sends_is_refused(tokens):
    with pytest.raises(WrongAudience):
        tree_in(tokens)


@pytest.mark.django_db
class TestField:
    def test_what_was_stored_is_shown_and_sent_back_unchanged(self):
        make_level("gold")
        make_tag("reader")
        stored = {"any": [is_("level", "gold"), all_of(is_("tag", "reader"), is_("registered", "at_most", "7"))]}
        form = AForm(initial={"who": stored})
        html = str(form["who"])
        assert 'value="gold" checked' in html
        assert '<option value="reader" selected>' in html
        again = sent(
            "(any", "level", "gold", ";", "(all", "tag", "reader", "", ";", "registered", "at_most", "7", ";", ")", ")"
        )
        assert again.is_valid()
        assert again.cleaned_data["who"] == stored
        assert not again["who"].field.has_changed(stored, again.data.getlist("who"))

    def test_segments_are_spelt_out_with_what_they_mean_now(self):
        inner = make_segment(all_of(is_("phone_verified")))
        outer = make_segment(all_of(is_("segment", str(inner.pk))))
        form = sent("(all", "segment", str(outer.pk), ";", ")")
        assert form.is_valid()
        means = all_of({**is_("segment", str(inner.pk)), "means": inner.tree})
        assert form.cleaned_data["who"] == all_of({**is_("segment", str(outer.pk)), "means": means})

    @pytest.mark.parametrize(
        ("tokens", "complaint"),
        [
            (["level", ";"], "A condition has nothing chosen: choose something, or remove the condition."),
            (["(any", ")"], "A group is empty: add a condition to it, or remove the group."),
            (["nth_order", "first", ";"], "A condition needs a whole number from 1 to 1000000."),
            (
                ["list", "7", ";"],
                "There is no list with the number 7. Choose one that exists, or remove the condition.",
            ),
        ],
    )
    def test_complaint_says_what_to_do_and_what_was_typed_stays(self, tokens, complaint):
        form = sent("(all", *tokens, "region", "Spain", ";", ")")
        assert form.errors == {"who": [complaint]}
        assert 'value="Spain"' in str(form["who"])

    def test_lists_show_their_size_in_the_readers_language(self):
        made = make_list(make_customer(), make_customer(), name="VIP dinner")
        with override("zh-hans"):
            html = str(AForm()["who"])
        assert f'<option value="{made.pk}">VIP dinner (2)</option>' in html
        assert "会员等级" in html
