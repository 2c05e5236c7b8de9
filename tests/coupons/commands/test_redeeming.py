from datetime import timedelta

import pytest

from campaigns.commands.transitions import Step, move_subject
from coupons.commands import redeeming
from coupons.commands.code_pools import CODE_POOLS
from coupons.commands.recalling import take_back_coupon
from coupons.commands.redeeming import forget_tries, redeem_code
from coupons.models import Code, CodeTry, CodeUse, Coupon, TemplateBudget
from coupons.refusals import ClaimOver, CodeRefused, TooManyTries, UnderReview
from coupons.risk.rules import HOLD
from promo_site.audit.run import audit
from tests.factories import FAR_AHEAD, LONG_AGO, NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.codes import codes_in, make_code_pool
from tests.factories.coupons import make_template
from tests.factories.risk import make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]

DAY = timedelta(days=1)
REFUSED = "This code cannot be redeemed: it may be mistyped, used, not valid now, or not meant for you."


def _redeem(text, customer=None, *, at=NOON, address="10.0.0.1"):
    customer = customer or make_customer()
    return redeem_code(text=text, customer_id=customer.pk, address=address, at=at)


def _refused(*args, **kwargs):
    with pytest.raises(CodeRefused) as refused:
        _redeem(*args, **kwargs)
    return refused.value.msgid


def test_a_code_gives_one_coupon_however_it_is_typed_and_counts_in_the_template():
    pool = make_code_pool(prefix="tea")
    customer, code = make_customer(), codes_in(pool)[0]
    coupon = _redeem(code.lower().replace("-", " "), customer)
    assert (coupon.template, coupon.customer, coupon.route, coupon.state) == (pool.template, customer, "code", "unused")
    assert TemplateBudget.objects.get(template=pool.template).issued == 1
    assert Code.objects.get(used=1).pool == pool
    assert CodeUse.objects.get().coupon == coupon
    assert audit() == []


def test_a_double_click_gives_the_same_coupon():
    pool, customer = make_code_pool(), make_customer()
    code = codes_in(pool)[0]
    assert _redeem(code, customer) == _redeem(code, customer)
    assert Coupon.objects.count() == 1


def test_a_shared_code_is_for_everybody_once_and_ends_with_its_number():
    make_code_pool("shared", shared_code="TEA 2026", count=2)
    assert [_redeem("tea2026").seq for _ in range(2)] == [1, 1]
    assert _refused("tea2026") == REFUSED
    assert Coupon.objects.count() == 2


def test_one_customer_redeems_as_many_codes_of_a_pool_as_it_says():
    pool, customer = make_code_pool(per_customer=2), make_customer()
    first, second, third, *_ = codes_in(pool)
    _redeem(first, customer)
    _redeem(second, customer)
    assert _refused(third, customer) == REFUSED
    assert _redeem(third).customer != customer


def test_whatever_is_wrong_with_a_code_the_words_are_the_same_and_nothing_is_issued():
    used = codes_in(make_code_pool(count=1))[0]
    _redeem(used)
    early = codes_in(make_code_pool(count=1, starts_at=NOON + DAY))[0]
    late = codes_in(make_code_pool(count=1, starts_at=LONG_AGO, ends_at=NOON + DAY))[0]
    stopped_pool = make_code_pool(count=1)
    stopped = codes_in(stopped_pool)[0]
    move_subject(CODE_POOLS, stopped_pool.pk, Step("stop", make_user(), NOON, "misprinted"))
    nothing_left = codes_in(make_code_pool(count=1, template=make_template(budget_cents=0)))[0]
    answers = {
        _refused("AAAA-BBBB-CCCC-DDDD"),
        _refused(""),
        _refused("\x00'; DROP TABLE coupons_code; --"),
        _refused("礼" * 10),
        _refused(used),
        _refused(early),
        _refused(late, at=NOON + DAY),
        _refused(stopped),
        _refused(nothing_left),
    }
    assert answers == {REFUSED}
    assert Coupon.objects.count() == 1
    assert audit() == []


def test_tries_are_counted_for_the_customer_wherever_they_come_from(settings):
    settings.CODE_TRIES_PER_CUSTOMER = 3
    customer, code = make_customer(), codes_in(make_code_pool())[0]
    for number in range(3):
        _refused("WRONG", customer, address=f"10.0.0.{number}")
    with pytest.raises(TooManyTries) as refused:
        _redeem(code, customer, address="10.0.0.9")
    assert refused.value.figures["again_at"] == "2026-11-11T04:15:00+00:00"
    assert _redeem(code, customer, at=NOON + timedelta(minutes=15)).customer == customer


def test_tries_are_counted_for_the_address_whoever_makes_them(settings):
    settings.CODE_TRIES_PER_ADDRESS = 3
    code = codes_in(make_code_pool())[0]
    for _ in range(3):
        _refused("WRONG", address="10.0.0.1")
    customer = make_customer()
    with pytest.raises(TooManyTries):
        _redeem(code, customer, address="10.0.0.1")
    assert not CodeTry.objects.filter(who=f"customer:{customer.pk}").exists()
    assert _redeem(code, customer, address="10.0.0.2")


def test_good_codes_use_up_no_tries_of_those_who_share_the_address(settings):
    settings.CODE_TRIES_PER_ADDRESS = 2
    codes = codes_in(make_code_pool())
    assert len({_redeem(code, address="10.0.0.1").pk for code in codes[:4]}) == 4
    for _ in range(2):
        _refused(codes[0], address="10.0.0.1")  # somebody else's
    with pytest.raises(TooManyTries):
        _redeem(codes[4], address="10.0.0.1")


def test_their_own_code_again_and_one_that_is_held_use_up_no_tries_of_the_address(settings):
    settings.CODE_TRIES_PER_ADDRESS = 2
    (own, other), customer = codes_in(make_code_pool())[:2], make_customer()
    hold = make_profile(rule("account_hours", "lt", 24, effect=HOLD))
    held, newcomer = codes_in(make_code_pool(risk_profile=hold.code))[0], make_customer(registered_at=NOON)
    for _ in range(3):
        _redeem(own, customer, address="10.0.0.1")
        with pytest.raises(UnderReview):
            _redeem(held, newcomer, address="10.0.0.1")
    counts = dict(CodeTry.objects.values_list("who", "tries"))
    assert counts == {"address:10.0.0.1": 0, f"customer:{customer.pk}": 3, f"customer:{newcomer.pk}": 3}
    assert _redeem(other, address="10.0.0.1")


def test_a_second_window_that_gets_the_coupon_of_the_first_uses_up_no_try_of_the_address(monkeypatch):
    code, customer = codes_in(make_code_pool())[0], make_customer()
    look = redeeming._count_and_look

    def look_before_the_first_has_issued(*asked):
        seen = look(*asked)
        monkeypatch.setattr(redeeming, "_count_and_look", look)
        _redeem(code, customer, address="10.0.0.1")
        return seen

    monkeypatch.setattr(redeeming, "_count_and_look", look_before_the_first_has_issued)
    assert _redeem(code, customer, address="10.0.0.1") == Coupon.objects.get()
    assert CodeTry.objects.get(who="address:10.0.0.1").tries == 0


def test_old_counts_of_tries_are_forgotten():
    _refused("WRONG")
    assert forget_tries(before=NOON - timedelta(minutes=1)) == 0
    assert forget_tries(before=FAR_AHEAD) == 2
    assert not CodeTry.objects.exists()


def test_a_code_whose_coupon_was_recalled_says_so_to_its_customer_alone():
    code, customer = codes_in(make_code_pool())[0], make_customer()
    coupon = redeem_code(text=code, customer_id=customer.pk, address="10.0.0.1", at=NOON)
    take_back_coupon(coupon_id=coupon.pk, reason="a slip", by=make_user(), at=NOON)
    for who, refusal in ((customer, ClaimOver), (make_customer(), CodeRefused)):
        with pytest.raises(refusal):
            redeem_code(text=code, customer_id=who.pk, address="10.0.0.1", at=NOON)
