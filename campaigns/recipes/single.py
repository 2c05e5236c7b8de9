"""The recipes, one entry each: the usual ones first."""

from django.utils.translation import gettext_lazy as _

from campaigns.recipes.recipe import DAY, HOUR, SATURDAY, Recipe, Slot

WITH_ALL = {"with_shop_offers": True, "with_platform_activities": True, "with_coupons": True}
ALONE = {"with_shop_offers": False, "with_platform_activities": False, "with_coupons": False}
WITH_COUPONS = ALONE | {"with_coupons": True}

ALL: tuple[Recipe, ...] = (
    Recipe(
        code="flash_sale",
        title=_("Flash sale in the evening"),
        when=_(
            "A few products, two hours: brings people at a certain time. Each SKU has its own price, stock and limit."
        ),
        benefit="sku_prices",
        params={},
        names=("Flash sale", "限时秒杀"),
        badges=("Flash sale", "秒杀"),
        slot=Slot(lasts=2 * HOUR, hour=20, announced=DAY),
        layer="item",
        fields=ALONE | {"priority": 30, "goal": "clear_stock"},
    ),
    Recipe(
        code="weekend_threshold",
        title=_("Weekend threshold"),
        when=_("Raises the basket when people have time to fill it. ¥40 off ¥300, ¥80 off ¥500, on everything."),
        benefit="spend_tiers",
        params={
            "tiers": [
                {"threshold_cents": 30_000, "off_cents": 4_000},
                {"threshold_cents": 50_000, "off_cents": 8_000},
            ]
        },
        names=("Weekend: ¥40 off ¥300, ¥80 off ¥500", "周末满300减40，满500减80"),
        badges=("300 − 40", "满300减40"),
        slot=Slot(lasts=2 * DAY, weekday=SATURDAY),
        layer="order",
        fields=WITH_ALL | {"everything": True, "priority": 10, "goal": "basket_value"},
    ),
    Recipe(
        code="first_order",
        title=_("First-order discount"),
        when=_(
            "Turns visitors into customers: ¥15 off the first order from ¥59 on, for those who have never bought here."
        ),
        benefit="spend_tiers",
        params={"tiers": [{"threshold_cents": 5_900, "off_cents": 1_500}]},
        names=("First order: ¥15 off ¥59", "新人首单满59减15"),
        badges=("First order", "新人价"),
        slot=Slot(lasts=30 * DAY),
        layer="order",
        fields=WITH_COUPONS
        | {"everything": True, "new_to": "platform", "limit_orders": 1, "priority": 20, "goal": "new_customers"},
    ),
    Recipe(
        code="second_half",
        title=_("Second piece at half price"),
        when=_("Sells two where one would be bought: small things of daily use, snacks, tea, socks."),
        benefit="nth_unit_off",
        params={"every": 2, "rate_bp": 5_000},
        names=("Second piece at half price", "第二件半价"),
        badges=("2nd half price", "第2件半价"),
        slot=Slot(lasts=7 * DAY),
        layer="multi",
        fields=WITH_COUPONS | {"priority": 10, "goal": "basket_value"},
    ),
    Recipe(
        code="buy_get",
        title=_("Buy three, get one free"),
        when=_("Moves stock without lowering the price on the tag; the free piece is the cheapest of four."),
        benefit="buy_get",
        params={"buy": 3, "get": 1},
        names=("Buy 3, get 1 free", "买三送一"),
        badges=("3 + 1", "买3送1"),
        slot=Slot(lasts=7 * DAY),
        layer="multi",
        fields=WITH_COUPONS | {"priority": 10, "goal": "clear_stock"},
    ),
    Recipe(
        code="any_three",
        title=_("Any three for ¥99"),
        when=_("A mixed shelf of things at about ¥40 each: easy to understand, easy to fill."),
        benefit="any_n_for_price",
        params={"pieces": 3, "price_cents": 9_900},
        names=("Any 3 for ¥99", "99元任选3件"),
        badges=("3 for ¥99", "99元3件"),
        slot=Slot(lasts=7 * DAY),
        layer="multi",
        fields=WITH_COUPONS | {"priority": 10, "goal": "basket_value"},
    ),
    Recipe(
        code="clearance",
        title=_("Clearance"),
        when=_("The end of a season: half price until the stock is gone, with nothing else on top."),
        benefit="percent_off",
        params={"rate_bp": 5_000},
        names=("Clearance: 50% off", "清仓5折"),
        badges=("50% off", "清仓5折"),
        slot=Slot(lasts=21 * DAY),
        layer="item",
        fields=ALONE | {"priority": 15, "goal": "clear_stock"},
    ),
    Recipe(
        code="free_shipping",
        title=_("Free shipping"),
        when=_("Around a festival: takes the last reason away to leave the cart alone."),
        benefit="free_shipping",
        params={},
        names=("Free shipping", "全场包邮"),
        badges=("Free shipping", "包邮"),
        slot=Slot(lasts=3 * DAY),
        layer="shipping",
        fields=WITH_ALL | {"everything": True, "priority": 5, "goal": "basket_value"},
    ),
)
RECIPES = {recipe.code: recipe for recipe in ALL}
