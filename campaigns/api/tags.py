"""/api/v1/customers/<number>/tags/: which tags a customer carries; other systems put them on and take them off."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.commands.tags import Setter, put_on, take_off
from campaigns.models import Customer, CustomerTag, Tag, TagSource
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_

SEE_TAGS, SET_TAGS = "campaigns.view_customertag", "campaigns.change_customertag"
TEXT, MOMENT = {"type": "string"}, {"type": "string", "format": "date-time"}
ROW = {"tag": TEXT, "name": TEXT, "source": {"type": "string", "enum": TagSource.values}, "by": TEXT, "at": MOMENT}
ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "customer": TEXT,
        "tags": {"type": "array", "items": {"type": "object", "properties": ROW, "required": list(ROW)}},
    },
    "required": ["customer", "tags"],
}
REFUSAL = {
    "type": "object",
    "properties": {"field": {"type": "string", "nullable": True}, "message": TEXT},
    "required": ["field", "message"],
}
ANSWERS = {200: ANSWER, **dict.fromkeys((401, 403, 422, 429), REFUSAL)}


class NoSuch(Refusal):
    """What the address names does not exist."""


class CustomerTags(APIView):
    throttle_scope = "tags"

    @extend_schema(operation_id="customer_tags", responses=ANSWERS)
    def get(self, request: Request, customer: str) -> Response:
        """The tags that a customer carries, newest first: set how, by whom and when."""
        _check_permission(request, SEE_TAGS)
        return _answer(_customer(customer))


class CustomerTagOne(APIView):
    throttle_scope = "tags"

    @extend_schema(operation_id="put_customer_tag", request=None, responses=ANSWERS)
    def put(self, request: Request, customer: str, tag: str) -> Response:
        """Put a tag on a customer; once more changes nothing. A tag with a rule is refused: its rule keeps it."""
        return self._change(request, customer, tag, put_on)

    @extend_schema(operation_id="take_customer_tag", responses=ANSWERS)
    def delete(self, request: Request, customer: str, tag: str) -> Response:
        """Take a tag off a customer; once more changes nothing."""
        return self._change(request, customer, tag, take_off)

    def _change(self, request: Request, customer: str, tag: str, change: Any) -> Response:
        _check_permission(request, SET_TAGS)
        found, meant = _customer(customer), _tag(tag)
        change(meant.pk, [found.pk], Setter(TagSource.API, request.user, timezone.now()))
        return _answer(found)


def _check_permission(request: Request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied(gettext("Tags of customers need a permission of their own."))


def _customer(code: str) -> Customer:
    found = None if "\0" in code else Customer.objects.filter(code=code).first()
    if found is None:
        raise NoSuch(N_("There is no customer with this number."), field="customer")
    return found


def _tag(code: str) -> Tag:
    found = Tag.objects.filter(code=code).first()
    if found is None:
        raise NoSuch(N_("There is no tag with the code %(code)s."), field="tag", code=code)
    return found


def _answer(customer: Customer) -> Response:
    rows = CustomerTag.objects.filter(customer=customer).select_related("tag", "by")
    tags = [
        {
            "tag": row.tag.code,
            "name": row.tag.local_name,
            "source": row.source,
            "by": row.by.get_username() if row.by else "",
            "at": row.at.isoformat(),
        }
        for row in rows
    ]
    return Response({"customer": customer.code, "tags": tags})
