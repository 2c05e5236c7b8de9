"""The side bar of the back office: what people do, in the order of their work, each entry for those who may.

promo_site/sidebar.py makes it for a page.
"""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _list(model: str, title: Any, icon: str) -> dict[str, Any]:
    """Return the entry of a model's list, such as "campaigns.campaign"."""
    app, name = model.split(".")
    link = reverse_lazy(f"admin:{app}_{name}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": f"{app}.view_{name}"}


REPORTS = {
    "title": _("Reports"),
    "icon": "download",
    "link": reverse_lazy("analytics:reports"),
    "permission": "analytics.download_report",
}


SHOP_PREVIEW = {
    "title": _("The shop at another moment"),
    "icon": "visibility",
    "link": reverse_lazy("preview:shop"),
    "permission": "campaigns.view_campaign",
}


def _page(name: str, title: Any, icon: str, permission: str) -> dict[str, Any]:
    """Return the entry of a page of the back office by the name of its address."""
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}"), "permission": permission}


NAVIGATION = [
    {
        "items": [
            {"title": _("Desk"), "icon": "desk", "link": reverse_lazy("admin:index")},
            {
                "title": _("Waiting for review"),
                "icon": "rule",
                "link": reverse_lazy("desk:queue"),
                "permission": "campaigns.view_campaign",
            },
        ],
    },
    {
        "title": _("Promotions"),
        "items": [
            _list("campaigns.campaign", _("Campaigns"), "campaign"),
            _page("campaigns_campaign_timeline", _("Timeline"), "view_timeline", "campaigns.view_campaign"),
            _list("campaigns.festival", _("Festivals"), "celebration"),
            _page("campaigns_campaign_load", _("Expected load"), "speed", "campaigns.view_campaign"),
            _list("campaigns.loadtest", _("Load tests"), "fitness_center"),
            _list("campaigns.conflictlimits", _("Price limits"), "vertical_align_bottom"),
            _page("campaigns_campaign_running", _("Running now"), "monitoring", "campaigns.view_campaign"),
            _list("campaigns.intervention", _("Stops and withdrawals"), "front_hand"),
            SHOP_PREVIEW,
            _list("coupons.coupontemplate", _("Coupon templates"), "confirmation_number"),
            _list("coupons.claimcampaign", _("Claim campaigns"), "redeem"),
            _list("coupons.partner", _("Partner channels"), "hub"),
            _list("coupons.codepool", _("Code pools"), "qr_code_2"),
            _list("coupons.lottery", _("Lotteries"), "casino"),
            _list("coupons.coupon", _("Coupons"), "wallet"),
            _list("coupons.coupongrant", _("Grants by hand"), "card_giftcard"),
            _list("coupons.membergift", _("Gifts to members"), "cake"),
            _list("coupons.compensation", _("Service coupons"), "support_agent"),
            _list("coupons.compensationlimit", _("Limits of service coupons"), "rule_settings"),
        ],
    },
    {
        "title": _("Risk control"),
        "separator": True,
        "items": [
            _list("coupons.riskcase", _("Held attempts"), "pan_tool"),
            _list("coupons.riskprofile", _("Risk profiles"), "shield"),
            _list("coupons.riskattempt", _("Risk decisions"), "fact_check"),
            _list("coupons.riskblock", _("Block lists"), "block"),
            _list("coupons.risklimit", _("High-value limits"), "paid"),
        ],
    },
    {
        "title": _("Orders"),
        "separator": True,
        "items": [
            _list("storefront.order", _("Orders"), "receipt_long"),
            _list("storefront.refund", _("Refunds"), "assignment_return"),
            _list("storefront.paymentnotice", _("Payment notices"), "payments"),
        ],
    },
    {
        "title": _("Finance"),
        "separator": True,
        "items": [REPORTS, _list("analytics.reportdownload", _("Report downloads"), "history")],
    },
    {
        "title": _("Catalogue"),
        "separator": True,
        "items": [
            _list("pricing.product", _("Products"), "inventory_2"),
            _list("pricing.sku", _("SKUs"), "qr_code"),
            _list("pricing.onhandstock", _("Stock"), "warehouse"),
            _list("pricing.stockmovement", _("Stock movements"), "swap_vert"),
            _list("pricing.category", _("Categories"), "account_tree"),
            _list("pricing.shop", _("Shops"), "storefront"),
        ],
    },
    {
        "title": _("People"),
        "separator": True,
        "items": [
            _list("campaigns.customer", _("Customers"), "group"),
            _list("campaigns.segment", _("Segments"), "groups"),
            _list("campaigns.customerlist", _("Customer lists"), "list_alt"),
            _list("campaigns.tag", _("Customer tags"), "sell"),
            _list("campaigns.tagcategory", _("Tag categories"), "category"),
            _list("campaigns.memberlevel", _("Member levels"), "military_tech"),
            _list("auth.user", _("Users"), "badge"),
            _list("auth.group", _("Groups"), "shield_person"),
            _list("campaigns.reviewlimit", _("Review limits"), "gavel"),
            _list("campaigns.auditentry", _("Audit trail"), "policy"),
        ],
    },
    {
        "title": _("Work"),
        "separator": True,
        "items": [_list("pricing.job", _("Background jobs"), "pending_actions")],
    },
]
