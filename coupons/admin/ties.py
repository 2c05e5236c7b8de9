"""The way from an activity to its coupons and back, and what is said while a coupon is not given out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.admin.facts import moment
from coupons.lifecycle import ReviewedState
from coupons.models import CouponTemplate, CouponTemplateTransition
from coupons.selectors.claim_periods import living_activity_revisions

HALTED = (ReviewedState.PAUSED, ReviewedState.STOPPED)
Link = tuple[str, str]


def links_to_coupons(templates: Iterable[CouponTemplate], *, user: AbstractBaseUser) -> list[Link]:
    """Return the coupons behind an activity, each with the address of its page; none for who may not see them."""
    if not user.has_perm("coupons.view_coupontemplate"):
        return []
    return [
        (
            _("Coupon template: %(coupon)s") % {"coupon": template},
            reverse("admin:coupons_coupontemplate_change", args=[template.pk]),
        )
        for template in templates
    ]


def halts_of(templates: Iterable[CouponTemplate]) -> list[str]:
    """Say which coupons of an activity nobody gets at the moment, whatever the activity itself says."""
    said = {
        ReviewedState.PAUSED: _("“%(coupon)s” is paused: nobody gets it until somebody resumes it."),
        ReviewedState.STOPPED: _("“%(coupon)s” is stopped for good: nobody gets it any more."),
    }
    return [said[ReviewedState(row.state)] % {"coupon": row} for row in templates if row.state in HALTED]


def halt_of_template(template: CouponTemplate) -> list[str]:
    """Say since when and why a template is paused; empty unless it is."""
    if template.state != ReviewedState.PAUSED:
        return []
    last = CouponTemplateTransition.objects.filter(subject=template.pk, move="pause").order_by("-pk").first()
    if last is None:
        return []
    figures = {"at": moment(last.at), "reason": last.reason or "–"}
    if last.by_id is None:
        text = _("Issuing was paused by itself at %(at)s: %(reason)s Coupons in wallets are not touched.")
    else:
        text = _("Issuing is paused since %(at)s. Reason: %(reason)s")
    return [text % figures]


def given_out_by(template: CouponTemplate, *, user: AbstractBaseUser, at: datetime) -> list[Link]:
    """Return what gives the coupon out, is about to or waits for review, with the pages that the reader may see."""
    found = {}
    for revision in living_activity_revisions(template_id=template.pk, at=at):
        activity = _subject_of(revision)
        meta = activity._meta
        if user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[activity.pk])
            found[url] = f"{meta.verbose_name}: {revision.local_name}"
    return [(text, url) for url, text in found.items()]


def _subject_of(revision: Any) -> Any:
    """Return what a revision is a version of: the one relation whose versions it is among."""
    return next(
        getattr(revision, field.name)
        for field in revision._meta.fields
        if field.is_relation and field.remote_field.related_name == "revisions"
    )
