"""Load the demo, whole or not at all, once."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Customer
from pricing.models import Product
from promo_site.demo.audience import know_customers
from promo_site.demo.calendar import fill_calendar
from promo_site.demo.campaigns import plan_campaigns
from promo_site.demo.codes import set_up_codes
from promo_site.demo.coupons import claim_for_later, hand_out_coupons
from promo_site.demo.lotteries import set_up_lottery
from promo_site.demo.member_gifts import give_to_members
from promo_site.demo.orders import go_shopping
from promo_site.demo.past import live_through
from promo_site.demo.people import VIP, welcome_people
from promo_site.demo.rewards import reward_orders
from promo_site.demo.risk import watch_out
from promo_site.demo.service import grant_by_hand, make_up_for_mistakes
from promo_site.demo.stocking import stock_shelves
from promo_site.demo.stops import ask_for_stops
from promo_site.demo.wallets import fill_wallet
from promo_site.demo.warehouse import fill_warehouse


def is_loaded() -> bool:
    """Whether the demo's people are here already."""
    return Customer.objects.filter(code=VIP.code).exists()


def is_empty() -> bool:
    """Whether there is no catalogue yet."""
    return not Product.objects.exists()


@transaction.atomic
def load_demo(*, at: datetime) -> bool:
    """Write everything; return False, with nothing changed, if it is there already."""
    if is_loaded():
        return False
    stock_shelves()
    welcome_people(at=at)
    fill_warehouse(at=at)
    know_customers(at=at)
    fill_calendar(at=at)
    plan_campaigns(at=at)
    hand_out_coupons(at=at)
    set_up_codes(at=at)
    set_up_lottery(at=at)
    go_shopping()
    reward_orders(at=at)
    claim_for_later(at=at)
    fill_wallet(at=at)
    make_up_for_mistakes(at=at)
    watch_out(at=at)
    grant_by_hand(at=at)
    give_to_members(at=at)
    live_through(at=at)
    ask_for_stops(at=at)
    return True
