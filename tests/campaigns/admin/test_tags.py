"""The pages of tags and lists: by hand, by import, by rule."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import CustomerList, CustomerTag, ListMember, Tag, TagCategory
from tests.factories import NOON
from tests.factories.audience import make_level, make_list, make_tag
from tests.factories.campaigns import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-18")]
TAGS = reverse("admin:campaigns_tag_changelist")
ADD_TAG = reverse("admin:campaigns_tag_add")
IMPORT = reverse("admin:campaigns_tag_import")
ADD_LIST = reverse("admin:campaigns_customerlist_add")


def typed(**changes):
    category = TagCategory.objects.get_or_create(name="Habits")[0]
    data = {"name": "Reader", "name_zh": "读者", "code": "reader", "category": category.pk, "meaning": "Reads."}
    return data | {"rule": ["(all", ")"]} | changes


def page_of(tag):
    return reverse("admin:campaigns_tag_change", args=[tag.pk])


def carried():
    return set(CustomerTag.objects.values_list("customer__code", "tag__code", "source", "by__username"))


class TestTag:
    def test_tag_by_hand_has_owner_and_meaning_and_is_set_on_the_customers_page(self, client, operator):
        assert client.post(ADD_TAG, typed()).status_code == 302
        tag = Tag.objects.get()
        assert (tag.owner, tag.meaning, tag.rule) == (operator, "Reads.", {})
        customer = make_customer("ann")
        page = reverse("admin:campaigns_customer_change", args=[customer.pk])
        sent = {"name": "Ann", "level": "", "phone": "", "region": "", "kept_tags": [tag.pk]}
        assert client.post(page, sent).status_code == 302
        assert carried() == {("ann", "reader", "hand", "olga")}
        assert "Reader · by hand olga" in client.get(page).text
        client.post(page, sent | {"kept_tags": []})
        assert carried() == set()

    def test_level_of_a_customer_is_one_that_exists_or_the_one_that_an_import_brought(self, client, operator):
        make_level("gold")
        customer = make_customer("ann", level="old-vip")
        page = reverse("admin:campaigns_customer_change", args=[customer.pk])
        sent = {"name": "Ann", "phone": "", "region": ""}
        for level in ("old-vip", "gold"):
            assert client.post(page, sent | {"level": level}).status_code == 302
            customer.refresh_from_db()
            assert customer.level == level
        form = client.post(page, sent | {"level": "glod"}).context["adminform"].form
        assert list(form.errors) == ["level"]

    def test_tag_by_rule_is_applied_when_saved_and_on_demand(self, client, operator):
        make_level("gold")
        make_customer("ann", level="gold")
        client.post(ADD_TAG, typed(rule=["(all", "level", "gold", ";", ")"]))
        assert carried() == {("ann", "reader", "rule", None)}
        make_customer("bob", level="gold")
        page = client.post(TAGS, {"action": "apply_now", "_selected_action": [Tag.objects.get().pk]}, follow=True).text
        assert "Reader: 1 added, 0 taken off." in page
        assert "By rule: Member level Gold" in page or "by rule: Member level Gold" in page

    def test_list_shows_size_and_age(self, client, operator):
        make_tag("reader", make_customer(), make_customer(), changed_at=NOON)
        make_tag("fresh", rule={"all": [{"is": "phone_verified", "of": []}]})
        page = client.get(TAGS).text
        assert '<td class="field-carriers' in page or ">2<" in page
        assert " ago" in page
        assert "not applied yet" in page

    def test_rule_cannot_take_over_what_people_have_set(self, client, operator):
        tag = make_tag("reader", make_customer())
        form = client.post(page_of(tag), typed(rule=["(all", "phone_verified", ";", ")"])).context["adminform"].form
        assert form.errors == {"rule": ["People carry this tag already, set by hand. Make another tag for the rule."]}

    def test_who_may_only_look_changes_nothing(self, client):
        tag = make_tag("reader")
        client.force_login(make_user(groups=["finance"]))
        assert client.get(page_of(tag)).status_code == 200
        assert client.post(page_of(tag), typed()).status_code == 403
        assert client.get(IMPORT).status_code == 403
        assert client.get(ADD_LIST).status_code == 403


class TestImport:
    def test_rows_name_customer_and_tag(self, client, operator):
        make_tag("tea")
        make_tag("book")
        for code in ("M-1", "M-2"):
            make_customer(code)
        file = SimpleUploadedFile("tags.csv", "customer,tag\nM-1,tea\nM-2,book\nM-1,book\n".encode("utf-8-sig"))
        page = client.post(IMPORT, {"deed": "put_on", "file": file}, follow=True).text
        assert "3 rows read, 3 changed." in page
        assert {row[:2] for row in carried()} == {("M-1", "tea"), ("M-2", "book"), ("M-1", "book")}
        tag = Tag.objects.get(code="book")
        client.post(IMPORT, {"deed": "take_off", "tag": tag.pk, "pasted": "M-1\nM-2"})
        assert {row[:2] for row in carried()} == {("M-1", "tea")}

    def test_one_wrong_row_and_nothing_is_imported_and_each_is_named(self, client, operator):
        make_tag("tea")
        make_tag("kept", rule={"all": [{"is": "phone_verified", "of": []}]})
        make_customer("M-1")
        rows = "M-1,tea\nM-9,tea\nM-1\nM-1,coffee\nM-1,kept\n"
        page = client.post(IMPORT, {"deed": "put_on", "pasted": rows})
        assert "Nothing was imported: 4 of 5 rows are wrong." in page.text
        assert [(row.line, row.text) for row in page.context["form"].complaints] == [
            (2, "No customer has this number."),
            (3, "The code of the tag is missing in the second column, and none is chosen above."),
            (4, "There is no tag with the code coffee."),
            (5, "The tag kept is kept by its rule."),
        ]
        assert not CustomerTag.objects.exists()


@pytest.mark.req("CAM-03")
class TestList:
    def test_file_becomes_a_list_in_which_everybody_counts_once(self, client, operator):
        for code in ("M-1", "M-2"):
            make_customer(code)
        sent = {"name": "Dinner", "note": "by phone", "pasted": "M-1\nM-2\nM-1\n"}
        page = client.post(ADD_LIST, sent, follow=True).text
        assert "Dinner: 2 customers. Rows that named a customer again: 1." in page
        made = CustomerList.objects.get()
        assert (made.size, made.imported_by, made.members.count()) == (2, operator, 2)

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"pasted": ""}, {"file": ["Choose a file, or paste rows: one of the two."]}),
            ({"pasted": " customer "}, {"pasted": ["There is no customer number in it."]}),
            ({"name": ""}, {"name": ["This field is required."]}),
            (
                {"name": "Old"},
                {"name": ["There is a list of this name already. Lists never change: choose another."]},
            ),
            (
                {"pasted": "M-1\nnobody\n"},
                {"__all__": ["Nothing was imported: 1 of 2 rows are wrong. Correct them and send all again."]},
            ),
            (
                {"pasted": "", "file": SimpleUploadedFile("x.png", b"\x89PNG\xff\xff\xff")},
                {"file": ["This is no text file: save the table as CSV (UTF-8)."]},
            ),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(self, client, operator, changes, errors):
        make_customer("M-1")
        make_list(name="Old")
        form = client.post(ADD_LIST, {"name": "Dinner", "pasted": "M-1", **changes}).context["form"]
        assert form.errors == errors
        assert not ListMember.objects.exists()

    def test_lists_never_change(self, client, operator):
        made = make_list(make_customer(), name="Dinner")
        page = reverse("admin:campaigns_customerlist_change", args=[made.pk])
        assert client.get(page).status_code == 200
        assert client.post(page, {"name": "Other"}).status_code == 403
