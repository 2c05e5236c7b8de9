"""Every check is shown the same shop life, once as the commands left it and once with one figure falsified."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from pricing.clock import database_now
from promo_site.audit.run import CHECKS, audit, findings
from storefront.commands.cancelling import cancel_order
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_order, make_paid_order, refund
from tests.promo_site.audit.life import whole_shop_life

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_life():
    return whole_shop_life()


def falsify(sql: str) -> int:
    """Run a statement that triggers and foreign keys would refuse; return how many rows it has changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        changed = cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    return changed


def test_ledgers_of_a_whole_shop_life_agree(shop_life):
    assert audit() == []


@pytest.mark.req("CAM-08")
def test_limits_of_offers_on_shipping_agree_through_refund_and_cancellation():
    shop, customer = make_shop(shipping_fee_cents=800), make_customer()
    sku = make_sku(shop=shop)
    make_campaign("free_shipping", layer="shipping", params={}, limit_orders=9)
    paid, unpaid = make_paid_order({sku: 2}, customer=customer), make_order({sku: 1}, customer=customer)
    assert audit() == []
    assert falsify(changed(USE, "used_orders = used_orders - 1")) == 1
    assert [str(found).partition(": ")[2] for found in audit()] == ["expected 2, found 1"]
    assert falsify(changed(USE, "used_orders = used_orders + 1")) == 1
    for back in (lambda: refund(paid, {sku: 1}), lambda: refund(paid, {sku: 1})):
        back()
        assert audit() == []
    cancel_order(order_id=unpaid.pk, reason="changed my mind", at=database_now())
    assert audit() == []


def test_every_check_has_compared_something_in_that_life(shop_life):
    assert {finding.check.code for finding in findings() if not finding.compared} == set()
    assert len({check.code for check in CHECKS}) == len(CHECKS) == 29


KEYS = {model._meta.db_table: model._meta.pk_fields for model in apps.get_models()}


def changed(table: str, change: str, where: str = "true") -> str:
    """The first row that meets the condition is changed: by its key, since where rows lie is up to PostgreSQL."""
    key = ", ".join(field.column for field in KEYS[table])
    return f"UPDATE {table} SET {change} WHERE ctid = (SELECT ctid FROM {table} WHERE {where} ORDER BY {key} LIMIT 1)"


def gone(table: str, where: str = "true") -> str:
    return f"DELETE FROM {table} WHERE {where}"


ORDER, LINE, FEE = "storefront_order", "storefront_orderline", "storefront_ordershipping"
SHARE, BACK, ENTRY = "storefront_discountshare", "storefront_sharereversal", "storefront_paymententry"
REFUND_LINE, REFUND_FEE = "storefront_refundline", "storefront_refundshipping"
GIFT, GIFT_ENTRY = "campaigns_giftstock", "campaigns_giftentry"
BUCKET, STOCK, USE = "campaigns_stockbucket", "campaigns_stockentry", "campaigns_limituse"
ON_HAND, MOVED = "pricing_onhandstock", "pricing_stockmovement"
PURSE, CHARGE = "campaigns_campaignbudget", "campaigns_campaignbudgetentry"
COUPON, EVENT, BUDGET = "coupons_coupon", "coupons_couponevent", "coupons_templatebudget"
DRAW = "coupons_lotterydraw"
ON_A_LINE = "share_id IN (SELECT id FROM storefront_discountshare WHERE order_line_id IS NOT NULL)"
CANCELLED = "(SELECT key FROM storefront_order WHERE state = 'cancelled')"

# check -> (statement, part of the name of what then disagrees)
FALSIFIED = {
    "order_totals": [
        (changed(ORDER, "list_cents = list_cents + 1, total_cents = total_cents + 1"), "list_cents"),
        (changed(ORDER, "discount_cents = discount_cents - 1, total_cents = total_cents + 1"), "discount_cents"),
        (changed(FEE, "fee_cents = fee_cents + 1"), "shipping_fee_cents"),
        (changed(FEE, "net_cents = net_cents - 1", "refunded_cents = 0"), "shipping_discount_cents"),
    ],
    "line_shares": [
        (changed(SHARE, "amount_cents = amount_cents + 1", "order_line_id IS NOT NULL"), "order line"),
        (changed(FEE, "net_cents = net_cents - 1", "refunded_cents = 0"), "order shipping"),
    ],
    "payments": [
        (gone(ENTRY, "kind = 'payment'"), "payments"),
        (gone(ENTRY, "kind = 'sent_back'"), "strays"),
    ],
    "customer_orders": [(changed("campaigns_customer", "orders_placed = 0", "orders_placed > 0"), "orders_placed")],
    "share_reversals": [
        (changed(BACK, "amount_cents = amount_cents + 100000", "refund_id IS NOT NULL"), "reversed"),
        (changed(BACK, "amount_cents = 0", "refund_id IS NULL"), "reversed"),
    ],
    "refund_amounts": [
        (changed(REFUND_LINE, "amount_cents = amount_cents + 1"), "goods_cents"),
        (gone(REFUND_FEE), "shipping_cents"),
        (gone("storefront_rewarddeduction"), "deducted_cents"),
        (gone(ENTRY, "kind = 'refund'"), "paid back"),
    ],
    "refunded_balances": [
        (changed(ORDER, "refunded_cents = refunded_cents - 1", "refunded_cents > 0"), "refunded_cents"),
        (changed(LINE, "returned = returned - 1", "returned > 0"), "returned"),
        (changed(FEE, "refunded_cents = 0", "refunded_cents > 0"), "order shipping"),
    ],
    "returned_goods": [(gone(BACK, f"refund_id IS NOT NULL AND {ON_A_LINE}"), "order line")],
    "reward_deductions": [
        (changed("storefront_orderreward", "deducted_cents = deducted_cents - 1", "deducted_cents > 0"), "deducted"),
        (gone("storefront_rewarddeduction"), "deducted_cents"),
    ],
    "stock_used": [
        (changed(BUCKET, "used = used + 1", "sku_id IS NOT NULL"), "SKU"),
        (changed(BUCKET, "used = used + 1", "sku_id IS NULL"), "as a whole"),
    ],
    "stock_lines": [
        (changed(STOCK, "units = units + 1", "sku_id IS NULL"), "of the whole stock"),
        (gone(STOCK, "source LIKE 'order:%' AND sku_id IS NOT NULL"), "of the SKU's stock"),
        (gone(STOCK, "source LIKE 'refund:%'"), "order line"),
    ],
    "personal_limits": [
        (changed(USE, "used_units = used_units + 1"), "pieces"),
        (changed(USE, "used_orders = used_orders - 1"), "orders"),
        (gone(USE), "pieces"),
    ],
    "gifts_used": [(changed(GIFT, "used = used - 1"), "gift SKU")],
    "gift_orders": [
        (changed("storefront_ordergift", "quantity = quantity + 1"), "gift SKU"),
        (gone(GIFT_ENTRY, "units < 0"), "gift SKU"),
    ],
    "free_pieces": [
        (changed(ON_HAND, "free = free + 1"), "free"),
        (gone(MOVED, "kind = 'return'"), "free"),
        (gone(ON_HAND), "free"),
    ],
    "reserved_pieces": [
        (changed(BUCKET, "total = total + 1", "is_backed"), "reserved"),
        (changed(GIFT, "total = total + 1", "is_backed"), "reserved"),
        (changed(MOVED, "units = units + 1"), "reserved"),
    ],
    "goods_of_orders": [
        (gone(MOVED, "kind = 'cancellation'"), "off the shelf"),
        (changed(LINE, "quantity = quantity + 1", "returned > 0"), "off the shelf"),
        (changed(MOVED, "units = units - 1", "kind = 'sale'"), "off the shelf"),
    ],
    "campaign_budgets": [(changed(PURSE, "used_cents = used_cents + 1"), "used_cents")],
    "budget_orders": [(changed(CHARGE, "amount_cents = amount_cents - 1"), "charged by its orders")],
    "issued_coupons": [
        (changed(BUDGET, "issued = issued + 1"), "template"),
        (changed("coupons_claimcount", "used = used - 1"), "claim campaign"),
        (changed("coupons_issuecount", "used = used + 1"), "customer"),
    ],
    "redeemed_codes": [
        (changed("coupons_code", "used = used - 1", "used > 0"), "code"),
        (changed("coupons_codecount", "used = used + 1"), "customer"),
        (gone("coupons_codeuse"), "code"),
        (changed("coupons_codepool", "made = made + 1"), "made"),
    ],
    "lottery_counts": [
        (changed("coupons_drawcount", "draws = draws + 1"), "draws / last / free"),
        (changed("coupons_prizecount", "used = used - 1", "day IS NULL AND customer_id IS NULL"), "given"),
        (changed("coupons_prizecount", "used = 0", "day IS NOT NULL"), "given on all days"),
        (gone("coupons_prizecount", "customer_id IS NOT NULL"), "customer"),
        (gone(DRAW, "coupon_id IS NULL"), "draws / last / free"),
    ],
    "lottery_coupons": [
        (changed(DRAW, "seq = seq + 1", "coupon_id IS NOT NULL"), "gave"),
        (changed(DRAW, "coupon_id = NULL, given_id = NULL", "coupon_id IS NOT NULL"), "was won in draws"),
    ],
    "lottery_numbers": [
        (changed(DRAW, "number = (number + 1) % 1000000"), "number and prize"),
        (changed(DRAW, "drawn_id = NULL"), "number and prize"),
        (changed("coupons_lottery", "seed = sha256(seed)"), "number and prize"),
        (changed("coupons_lottery", "seed = sha256(seed)"), "digest"),
    ],
    "template_budgets": [(changed(BUDGET, "used_cents = used_cents - 1"), "used_cents")],
    "coupon_budgets": [
        (changed(COUPON, "reserved_cents = reserved_cents - 1", "state = 'locked'"), "holds"),
        (gone("coupons_templatebudgetentry"), "holds"),
    ],
    "coupon_events": [
        (changed(COUPON, "state = 'recalled'", "state = 'unused'"), "state"),
        (gone(EVENT, "move = 'lock'"), "starts from"),
    ],
    "coupon_orders": [
        (changed(COUPON, "order_key = gen_random_uuid()", "state = 'used'"), "is used by an order"),
        (changed(COUPON, f"order_key = {CANCELLED}", "state = 'locked'"), "is locked by an order"),
    ],
    "order_coupons": [
        (changed(COUPON, "order_key = gen_random_uuid()", "state = 'used'"), "has coupon"),
        (changed(COUPON, "state = 'unused', order_key = NULL", "state = 'used'"), "has coupon"),
    ],
}


def test_every_falsified_figure_is_found_by_its_check_and_named(shop_life):
    missed = []
    for code, falsehoods in FALSIFIED.items():
        for sql, what in falsehoods:
            with transaction.atomic():
                assert falsify(sql) > 0, sql
                found = [str(disagreement) for disagreement in audit() if disagreement.check == code]
                transaction.set_rollback(True)
            if not any(what in disagreement for disagreement in found):
                missed.append((code, sql, found))
    assert missed == []
    assert audit() == []


def test_no_check_is_without_a_falsified_figure():
    assert set(FALSIFIED) == {check.code for check in CHECKS}


def test_disagreement_gives_the_id_and_both_figures(shop_life):
    order = shop_life["part"]
    falsify(
        f"UPDATE storefront_order SET list_cents = list_cents + 7, total_cents = total_cents + 7 WHERE id = {order.pk}"
    )
    found = {str(disagreement) for disagreement in audit()}
    assert f"order {order.number} list_cents: expected 39999, found 40006" in found


def test_command_ends_well_when_all_agree(shop_life, capsys):
    call_command("audit_ledgers")
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()[:-1]] == [check.code for check in CHECKS]
    assert said.splitlines()[-1] == "All ledgers agree."


def test_command_lists_what_disagrees_and_ends_with_code_1(shop_life, capsys):
    falsify("UPDATE coupons_claimcount SET used = used + 1")
    with pytest.raises(SystemExit) as end:
        call_command("audit_ledgers")
    assert end.value.code == 1
    said = capsys.readouterr()
    assert "1 DISAGREE" in said.out
    assert "claimed: expected 4, found 5" in said.out
    assert "1 figures disagree." in said.err


def test_many_disagreements_are_counted_and_a_hundred_are_listed(capsys):
    falsify(
        "INSERT INTO campaigns_campaignbudgetentry (campaign_id, source, amount_cents, at) "
        "SELECT 1000000 + n, 'nowhere', 1, now() FROM generate_series(1, 150) n"
    )
    assert len(audit()) == 100
    with pytest.raises(SystemExit):
        call_command("audit_ledgers")
    assert "… and 50 more" in capsys.readouterr().out
