"""Who may do what in the back office: four groups, kept in step with this file after every migration."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

OPERATOR, APPROVER, SERVICE, FINANCE = "operator", "approver", "service", "finance"

SEE_EVERYTHING = (
    "pricing.view_*",
    "campaigns.view_*",
    "coupons.view_*",
    "storefront.view_*",
    "analytics.view_*",
)
REVIEWED = (
    "campaigns.campaign",
    "coupons.coupontemplate",
    "coupons.claimcampaign",
    "coupons.codepool",
    "coupons.lottery",
    "coupons.coupongrant",
    "coupons.membergift",
)
SET_UP = tuple(
    f"{thing.split('.')[0]}.{act}_{thing.split('.')[1]}"
    for thing in REVIEWED
    for act in ("add", "change", "submit", "pause")
)
# Who writes the rules does not switch them off.
SET_UP_RISK = tuple(f"coupons.{act}_riskprofile" for act in ("add", "change", "submit"))
DECIDE_RISK = ("coupons.decide_riskcase", "coupons.add_riskblock", "coupons.lift_riskblock")
KEEP_CATALOGUE = tuple(
    f"pricing.{act}_{thing}" for thing in ("shop", "category", "product", "sku") for act in ("add", "change")
) + ("pricing.move_onhandstock",)
KEEP_CALENDAR = tuple(f"campaigns.{act}_festival" for act in ("add", "change", "delete"))
KEEP_PEOPLE = tuple(
    f"campaigns.{act}_{thing}"
    for thing in ("segment", "customerlist", "tag", "tagcategory", "memberlevel")
    for act in ("add", "change")
)

# Patterns of "app.permission". Nobody here may both write and approve; the database refuses that for one person too.
ROLES: Mapping[str, tuple[str, ...]] = {
    OPERATOR: (
        *SEE_EVERYTHING,
        *SET_UP,
        *SET_UP_RISK,
        *KEEP_CATALOGUE,
        *KEEP_CALENDAR,
        *KEEP_PEOPLE,
        "campaigns.change_customer",
        "coupons.download_codepool",
        "coupons.link_claimcampaign",
        "coupons.add_partner",
        "coupons.change_partner",
    ),
    APPROVER: (
        *SEE_EVERYTHING,
        "campaigns.approve_*",
        "campaigns.pause_*",
        "campaigns.add_reviewlimit",
        "campaigns.add_loadtest",
        "campaigns.add_conflictlimits",
        "coupons.approve_*",
        "coupons.pause_*",
        "coupons.recall_compensation",
        "coupons.add_compensationlimit",
        "coupons.add_risklimit",
        *DECIDE_RISK,
    ),
    SERVICE: (
        *SEE_EVERYTHING,
        "storefront.approve_refund",
        "storefront.cancel_*",
        "coupons.grant_*",
        "coupons.recall_*",
        *DECIDE_RISK,
    ),
    FINANCE: (*SEE_EVERYTHING, "analytics.download_*"),
}


def make_roles(app_config: AppConfig, **kwargs: Any) -> None:
    """Give each group exactly the permissions named here; for post_migrate, acts once, after the last app."""
    if app_config != list(apps.get_app_configs())[-1]:
        return
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)
    rows = Permission.objects.values_list("pk", "content_type__app_label", "codename")
    known = {f"{app}.{code}": pk for pk, app, code in rows}
    for name, patterns in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        wanted = {pk for code, pk in known.items() if any(fnmatchcase(code, pattern) for pattern in patterns)}
        if wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)
