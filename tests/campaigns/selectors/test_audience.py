"""Who is meant: one customer at a quote and all customers by SQL always agree."""

from datetime import timedelta
from random import Random

import pytest

from campaigns.audience.tree import all_conditions, dump_tree, load_tree
from campaigns.commands.audience import freeze_audience
from campaigns.models import Customer, CustomerTag, NewTo
from campaigns.selectors.audience import aim_of, audiences_of, customers_of
from campaigns.selectors.segments import spelt_out
from storefront.models import Order
from tests.factories import NOON
from tests.factories.audience import all_of, codes_of, is_, make_aimed, make_list, make_segment, make_tag
from tests.factories.campaigns import approve, make_customer
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import Recipient, make_cart, make_order, make_paid_order, order_cart, pay, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03")]
DAY = timedelta(days=1)
LEVELS, REGIONS = ("", "silver", "gold"), ("", "上海", "Spain")


def meant(revision, at=NOON):
    return codes_of(customers_of(revision, at=at))


def judged(revision, at=NOON):
    """The customers for whom the quote says yes, one by one."""
    aim = aim_of(revision, shop=revision.campaign.shop)
    everyone = Customer.objects.all()
    if aim is None:
        return codes_of(everyone)
    return codes_of(row for row in everyone if audiences_of({"it": aim}, customer=row, at=at))


def random_customers(random):
    """Customers with all kinds of facts; some have bought, two of them as guests under their phone."""
    shops = [make_shop("north"), make_shop("south")]
    skus = [make_sku(shop=shop, list_cents=1000) for shop in shops]
    customers = [
        make_customer(
            level=random.choice(LEVELS),
            region=random.choice(REGIONS),
            registered_at=NOON - random.randint(0, 40) * DAY,
            phone=f"1380000{number:04}",
            phone_verified_at=random.choice((None, NOON)),
        )
        for number in range(16)
    ]
    for customer in random.sample(customers, 6):
        order = make_paid_order({sku: 1 for sku in random.sample(skus, random.randint(1, 2))}, customer=customer)
        if random.random() < 0.5:
            refund(order, {line.sku: 1 for line in order.lines.all()})
    for customer in random.sample(customers, 4):
        pay(order_cart(make_cart({random.choice(skus): 1}), recipient=Recipient(phone=f"+86 {customer.phone}")))
    return customers


def random_tree(random, leaves, depth=3):
    if depth == 0 or random.random() < 0.4:
        return random.choice(leaves)
    parts = [random_tree(random, leaves, depth - 1) for _ in range(random.randint(1, 3))]
    return {random.choice(("all", "any", "none")): parts}


@pytest.mark.parametrize("seed", range(2))
def test_all_customers_by_sql_are_those_judged_one_by_one(seed, settings):
    settings.NEW_AGAIN_AFTER_REFUND = bool(seed)
    random = Random(seed)
    customers = random_customers(random)
    tags = [make_tag(code, *random.sample(customers, 8)).code for code in ("reader", "nurse")]
    lists = [str(make_list(*random.sample(customers, 8)).pk) for _ in range(2)]
    leaves = [
        *(is_("level", *levels) for levels in (["gold"], ["gold", "silver"])),
        *(is_("tag", *some) for some in ([tags[0]], tags)),
        *(is_("list", number) for number in lists),
        *(is_("new", where) for where in ("platform", "north", "south")),
        *(is_("registered", bound, str(days)) for bound in ("at_least", "at_most") for days in (0, 7, 20)),
        is_("region", "上海"),
        is_("nth_order", "1"),
        is_("nth_order", "2"),
        is_("phone_verified"),
    ]
    inner = make_segment(all_of(random_tree(random, leaves)))
    leaves += [is_("segment", str(make_segment(all_of(is_("segment", str(inner.pk)), random_tree(random, leaves))).pk))]
    sizes = set()
    for number in range(40):
        tree = dump_tree(spelt_out(load_tree(all_of(random_tree(random, leaves)))))
        frozen = number % 3 == 0 and not any(rule.DECIDED_AT_ORDER for rule in all_conditions(load_tree(tree)))
        revision = make_aimed(tree, audience_frozen=frozen, new_to=random.choice(NewTo.values[:2]))
        before = meant(revision)
        assert before == judged(revision), tree
        if frozen:
            approve(revision)
            revision.refresh_from_db()
            freeze_audience(revision, at=NOON)
            assert meant(revision) == judged(revision) == before, tree
        sizes.add(len(before))
    assert len(sizes) > 5, "the trees are all alike"


def test_everyone_is_meant_where_nobody_is_left_out():
    make_customer("ann")
    assert meant(make_aimed()) == {"ann"}


def test_frozen_audience_stays_as_it_was_at_approval_whatever_tags_do_later():
    ann, bob = make_customer("ann"), make_customer("bob")
    tag = make_tag("reader", ann)
    frozen, live = (make_aimed(all_of(is_("tag", "reader")), audience_frozen=kept) for kept in (True, False))
    for revision in (frozen, live):
        approve(revision)
        revision.refresh_from_db()
        freeze_audience(revision, at=NOON)
    CustomerTag.objects.filter(tag=tag).update(customer=bob)
    assert (meant(frozen), judged(frozen)) == ({"ann"}, {"ann"})
    assert (meant(live), judged(live)) == ({"bob"}, {"bob"})


class TestNewCustomers:
    @pytest.fixture
    def new_only(self):
        return make_aimed(new_to=NewTo.PLATFORM)

    def test_who_has_only_ordered_is_still_new_and_who_has_paid_is_not(self, new_only):
        order = make_order(customer=make_customer("ann"))
        assert meant(new_only) == judged(new_only) == {"ann"}
        pay(order)
        assert meant(new_only) == judged(new_only) == set()

    def test_at_the_owners_shop_what_was_bought_elsewhere_does_not_count(self):
        north = make_shop("north")
        make_paid_order({make_sku(shop=make_shop("south")): 1}, customer=make_customer("ann"))
        make_paid_order({make_sku(shop=north): 1}, customer=make_customer("bob"))
        revision = make_aimed(new_to=NewTo.SHOP, shop=north, platform_share_bp=0)
        assert meant(revision) == judged(revision) == {"ann"}

    @pytest.mark.parametrize(("verified_at", "found"), [(NOON, set()), (None, {"ann"})])
    def test_guest_order_counts_once_its_phone_is_verified(self, new_only, verified_at, found):
        make_customer("ann", phone="138-0000-0000", phone_verified_at=verified_at)
        pay(order_cart(make_cart(), recipient=Recipient(phone="+86 138 0000 0000")))
        assert meant(new_only) == judged(new_only) == found

    def test_customers_without_a_phone_are_not_taken_for_guests_without_one(self, new_only):
        make_customer("ann", phone="", phone_verified_at=NOON)
        pay(order_cart(make_cart(), recipient=Recipient(phone="")))
        assert meant(new_only) == judged(new_only) == {"ann"}

    @pytest.mark.parametrize(("new_again", "found"), [(False, set()), (True, {"ann"})])
    def test_first_order_given_back_whole_makes_new_again_only_if_the_site_says_so(
        self, new_only, new_again, found, settings
    ):
        settings.NEW_AGAIN_AFTER_REFUND = new_again
        sku, other = make_sku(), make_sku()
        order = make_paid_order({sku: 1, other: 1}, customer=make_customer("ann"))
        refund(order, {sku: 1})
        assert meant(new_only) == judged(new_only) == set()
        refund(Order.objects.get(pk=order.pk), {other: 1})
        assert meant(new_only) == judged(new_only) == found
