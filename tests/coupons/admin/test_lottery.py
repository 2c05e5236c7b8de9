import pytest
from django.urls import reverse

from coupons.commands.draws import draw
from coupons.models import Lottery
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import approve_template, make_template, make_template_revision
from tests.factories.lotteries import ALWAYS, make_lottery

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]

LIST = reverse("admin:coupons_lottery_changelist")
ADD = reverse("admin:coupons_lottery_add")


def url(name, lottery, *args):
    return reverse(f"admin:coupons_lottery_{name}", args=[lottery.pk, *args])


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


def posted(*prizes, **changes):
    """What an operator types; each prize is (coupon, odds, stock, per day, per customer), the rest stays empty."""
    rows = [*prizes, ("", "", "", "", "")]
    columns = zip(("template", "odds", "stock", "per_day", "per_customer"), zip(*rows, strict=True), strict=True)
    data = {
        "fallback": "",
        "fallback_after": "",
        "per_day": "1",
        "per_customer": "",
        "order_from_cents": "99",
        "draws_per_order": "2",
        "name": "Lucky draw",
        "name_zh": "幸运抽奖",
        "starts_at_0": "2026-11-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2099-11-12",
        "ends_at_1": "00:00:00",
        "expected_draws": "10000",
    }
    return data | {f"prizes_{name}": list(cells) for name, cells in columns} | changes


def test_a_lottery_is_typed_as_a_table_approved_with_its_cost_in_sight_and_followed_by_its_figures(client, operator):
    main, often, consolation = make_template(name="Main"), make_template(name="Often"), make_template(name="Solace")
    rows = [(str(main.pk), "0.5", "10", "", "1"), (str(often.pk), "12.25 %", "", "200", "")]
    client.post(ADD, posted(*rows, fallback=str(consolation.pk), fallback_after="5"))
    lottery = Lottery.objects.get()
    revision = lottery.revisions.get()
    stored = revision.prizes.values_list("template", "odds_ppm", "stock", "per_day", "per_customer", "is_fallback")
    assert list(stored) == [
        (main.pk, 5_000, 10, None, 1, False),
        (often.pk, 122_500, None, 200, None, False),
        (consolation.pk, 0, None, None, None, True),
    ]
    assert (revision.order_from_cents, revision.draws_per_order, revision.fallback_after) == (9_900, 2, 5)
    client.post(url("act", lottery, "submit"))
    revision.refresh_from_db()
    client.force_login(make_checker())
    page = client.get(url("act", lottery, "approve")).content.decode()
    # 10 of the main prize at most, 1225 of the other; 40 that are short and 1 in … of the rest from the guaranteed one
    assert "Expected cost of 10,000 draws" in page
    assert "0.5% · Main" in page
    assert "87.25%" in page
    client.post(url("act", lottery, "approve"), {"seen": revision.content_hash})
    lottery.refresh_from_db()
    assert lottery.state == "approved"
    assert len(lottery.seed_digest) == 64
    shown = client.get(url("change", lottery)).content.decode()
    assert lottery.seed_digest in shown
    assert bytes(lottery.seed).hex() not in shown


def test_the_page_shows_what_is_drawn_and_left_and_the_seed_after_the_end(client, operator):
    main = make_template(name="Main")
    lottery = make_lottery((main, ALWAYS, {"stock": 3}))
    draw(lottery_id=lottery.pk, customer_id=make_customer().pk, seq=1, at=NOON)
    row = client.get(url("change", lottery)).context["prize_figures"][0]
    assert (row["odds"], row["share"], row["drawn"], row["given"], row["left"]) == ("100%", "100%", "1", "1", 2)
    assert "Lucky draw" in client.get(LIST).content.decode()
    client.post(url("act", lottery, "stop"), {"reason": "wrong prizes"})
    assert bytes(lottery.seed).hex() in client.get(url("change", lottery)).content.decode()


def test_every_draw_can_be_looked_up_with_the_text_that_checks_it(client):
    client.force_login(make_user(groups=["service"]))
    lottery, customer = make_lottery((make_template(name="Main"), ALWAYS)), make_customer(code="M-77")
    made = draw(lottery_id=lottery.pk, customer_id=customer.pk, seq=1, at=NOON)
    found = client.get(reverse("admin:coupons_lotterydraw_changelist"), {"q": "M-77", "lottery__id__exact": lottery.pk})
    page = client.get(reverse("admin:coupons_lotterydraw_change", args=[made.pk]))
    for said in (found.content.decode(), page.content.decode()):
        assert made.number_text in said
        assert "Main" in said
    assert f"{lottery.pk}:{customer.pk}:1" in page.content.decode()


@pytest.mark.parametrize(
    ("rows", "changes", "field", "says"),
    [
        pytest.param([("", "5", "", "", "")], {}, "prizes", "Prize 1: choose a coupon", id="no coupon"),
        pytest.param([("1st", "0", "", "", "")], {}, "prizes", "“0” are no odds", id="no odds"),
        pytest.param([("1st", "0.00001", "", "", "")], {}, "prizes", "are no odds", id="less than one in a million"),
        pytest.param([("1st", "½", "", "", "")], {}, "prizes", "are no odds", id="odd signs"),
        pytest.param([("1st", "5", "-1", "", "")], {}, "prizes", "no number of coupons", id="negative stock"),
        pytest.param(
            [("1st", "60", "", "", ""), ("2nd", "40.01", "", "", "")],
            {},
            "prizes",
            "add up to 100.01%: take 0.01% away",
            id="too much",
        ),
        pytest.param([("1st", "1", "", "", "")] * 2, {}, "prizes", "is a prize already", id="twice"),
        pytest.param([("1st", "1", "", "", "")], {"fallback": "1st"}, "fallback", "choose another", id="guaranteed"),
        pytest.param([("1st", "1", "", "", "")], {"fallback_after": "3"}, "fallback", "guaranteed", id="of nothing"),
        pytest.param([("1st", "1", "", "", "")], {"expected_draws": ""}, "expected_draws", "how many", id="expected"),
    ],
)
def test_bad_input_names_the_row_and_nothing_is_stored(client, operator, rows, changes, field, says):
    keys = {"1st": str(make_template().pk), "2nd": str(make_template().pk)}
    typed = [(keys.get(row[0], row[0]), *row[1:]) for row in rows]
    answer = client.post(ADD, posted(*typed, **{name: keys.get(text, text) for name, text in changes.items()}))
    assert says in " ".join(answer.context["form"].errors[field])
    assert not Lottery.objects.exists()
    # What was typed is still there.
    assert [row["odds"] for row in answer.context["form"]["prizes"].value()] == [row[1] for row in rows]


def test_a_copy_has_the_same_prizes_and_a_seed_of_its_own(client, operator):
    lottery = make_lottery(fallback=make_template())
    client.post(url("act", lottery, "duplicate"))
    copy = Lottery.objects.latest("pk")
    assert copy.pk != lottery.pk
    assert copy.seed is None
    [prizes, copied] = [
        list(one.revisions.get().prizes.values_list("template", "odds_ppm", "is_fallback")) for one in (lottery, copy)
    ]
    assert prizes == copied
    form = client.get(url("edit", copy)).context["form"]
    assert form["fallback"].value()
    assert len(form["prizes"].value()) == 1


def test_a_second_window_does_not_save_over_the_prizes_of_the_first(client, operator):
    main, other = make_template(name="Main"), make_template(name="Other")
    client.post(ADD, posted((str(main.pk), "0.5", "10", "", "")))
    lottery = Lottery.objects.get()
    edit = url("edit", lottery)
    seen = client.get(edit).context["form"].seen
    client.post(edit, posted((str(main.pk), "0.5", "99", "", ""), seen=seen))
    refused = client.post(edit, posted((str(other.pk), "0.5", "10", "", ""), seen=seen)).context["form"]
    assert "This draft was saved elsewhere" in refused.non_field_errors()[0]
    prizes = lottery.revisions.get().prizes
    assert list(prizes.values_list("template", "stock")) == [(main.pk, 99)]
    client.post(edit, posted((str(other.pk), "0.5", "10", "", ""), seen=seen, over=refused.refused.stored))
    assert list(prizes.values_list("template", "stock")) == [(other.pk, 10)]


def test_a_coupon_for_some_customers_is_no_prize_and_one_chosen_before_says_so(client, operator):
    make_template(name="Welcome", new_to="platform")
    prize, solace = make_template(name="Main"), make_template(name="Solace")
    assert "Welcome" not in client.get(ADD).content.decode()
    said = posted((str(prize.pk), "0.5", "", "", ""), fallback=str(solace.pk))
    client.post(ADD, said)
    for template in (prize, solace):
        narrower = make_template_revision(template=template, name=template.current_revision.name, new_to="platform")
        approve_template(narrower)
    edit = url("edit", Lottery.objects.get())
    page = client.get(edit).content.decode()
    assert ("Main · not for lotteries" in page, "Solace · not for lotteries" in page) == (True, True)
    errors = client.post(edit, said).context["form"].errors
    assert "Main: This coupon is meant for some customers only" in errors["prizes"][0]
    assert "Solace: This coupon is meant for some customers only" in errors["fallback"][0]
