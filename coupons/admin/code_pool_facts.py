"""A code pool as labelled texts: for its page, and for what an approver sees changed."""

from django.utils.translation import gettext as _

from campaigns.admin.facts import Fact, moment, risk_fact
from coupons.admin.facts import rule_text, validity_text
from coupons.models import CodeKind, CodePoolRevision


def code_pool_facts(revision: CodePoolRevision) -> list[Fact]:
    """Return everything that a pool's revision says, in the order of the form."""
    pool = revision.code_pool
    handed_out = pool.template.current_revision
    is_shared = pool.kind == CodeKind.SHARED
    own = Fact(_("Code"), revision.shared_code) if is_shared else Fact(_("Prefix"), revision.prefix or _("none"))
    return [
        Fact(_("Coupon"), f"{pool.template} ({rule_text(handed_out)})" if handed_out else str(pool.template)),
        Fact(_("Validity"), validity_text(handed_out) if handed_out else _("not approved yet")),
        Fact(_("Kind of code"), str(pool.get_kind_display())),
        Fact(_("Number"), _("unlimited") if revision.count is None else f"{revision.count:,}"),
        own,
        Fact(_("Per customer"), str(revision.per_customer)),
        risk_fact(revision),
        Fact(_("Redeeming starts at"), moment(revision.starts_at)),
        Fact(_("Redeeming ends at"), moment(revision.ends_at)),
        Fact(_("Name"), revision.name),
        Fact(_("Chinese name"), revision.name_zh),
        Fact(_("Description"), "\n".join(filter(None, [revision.description, revision.description_zh]))),
    ]
