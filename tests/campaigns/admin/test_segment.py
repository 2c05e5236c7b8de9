"""The pages of segments, and the live count of every form with an audience."""

import pytest
from django.urls import reverse

from campaigns.models import Segment
from tests.factories.audience import all_of, is_, make_level, make_segment
from tests.factories.campaigns import make_customer, make_user
from tests.factories.pricing import make_shop
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03")]
ADD = reverse("admin:campaigns_segment_add")
REACH = reverse("admin:campaigns_segment_reach")


def page_of(segment):
    return reverse("admin:campaigns_segment_change", args=[segment.pk])


def typed(*tokens, **fields):
    return {"name": "Callers", "name_zh": "可致电", "meaning": "", "tree": ["(all", *tokens, ")"], **fields}


def test_segment_is_written_and_shown_in_words(client, operator):
    make_level("gold")
    answer = client.post(ADD, typed("level", "gold", ";"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    segment = Segment.objects.get()
    assert (segment.tree, segment.owner) == (all_of(is_("level", "gold")), operator)
    assert "Member level Gold" in client.get(reverse("admin:campaigns_segment_changelist")).text


def test_segment_without_conditions_is_refused(client, operator):
    form = client.post(ADD, typed()).context["adminform"].form
    assert form.errors == {"tree": ["Add at least one condition."]}


def test_segments_never_lead_back_to_themselves(client, operator):
    first = make_segment(all_of(is_("phone_verified")), "First")
    second = make_segment(all_of(is_("segment", str(first.pk))), "Second")
    answer = client.post(page_of(first), typed("segment", str(second.pk), ";", name="First"))
    complaint = "“First” leads back to itself through its segments or tags: take it out of the conditions."
    assert answer.context["adminform"].form.errors == {"tree": [complaint]}
    assert Segment.objects.get(pk=first.pk).tree == all_of(is_("phone_verified"))


def test_who_may_only_look_sees_words_and_no_inputs(client):
    segment = make_segment(all_of(is_("phone_verified")))
    client.force_login(make_user(groups=["finance"]))
    page = client.get(page_of(segment)).text
    assert "Phone number verified" in page
    assert "promo-audience" not in page


class TestReach:
    def ask(self, client, *tokens, **fields):
        return client.post(f"{REACH}?field=audience", {"audience": ["(all", *tokens, ")"], **fields}).text

    def test_count_and_words_before_anything_is_saved(self, client, operator):
        make_level("gold")
        for level in ("gold", "gold", ""):
            make_customer(level=level)
        page = self.ask(client, "level", "gold", ";")
        assert "Reaches 2 of 3 customers (66.67 %)." in page
        assert "Member level Gold" in page

    def test_new_customers_count_too(self, client, operator):
        shop = make_shop("north", name="Northgate")
        make_customer()
        make_paid_order(customer=make_customer())
        assert "Reaches 1 of 2 customers" in self.ask(client, new_to="platform")
        page = self.ask(client, new_to="shop", shop=str(shop.pk))
        assert "Reaches 2 of 2 customers" in page
        assert "Has not bought at Northgate yet" in page

    def test_what_is_wrong_is_said_in_place_of_the_count(self, client, operator):
        assert "A group is empty" in self.ask(client, "(any", ")")
        assert "There is no tag called nobody." in self.ask(client, "tag", "nobody", ";")

    def test_nonsense_is_no_server_error(self, client, operator):
        for data in ({}, {"audience": ["level"]}, {"audience": ["(all", "new", "\0", ";", ")"]}, {"shop": "²"}):
            assert client.post(f"{REACH}?field=audience", data).status_code == 200

    def test_not_for_everybody(self, client):
        assert client.post(REACH).status_code == 302
        client.force_login(make_user(is_staff=True))
        assert client.post(REACH).status_code == 403
