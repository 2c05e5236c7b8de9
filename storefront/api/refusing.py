"""How the API says no: always {"field", "message"}, in the language of the request."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from pricing.engine.errors import Refusal, WrongDocument
from pricing.transactions import Busy
from storefront.wording import say

BAD_REQUEST, CONFLICT, UNPROCESSABLE = 400, 409, 422


def answer_to(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer to a "no"; anything else is a bug and stays one.

    400: the body is not what the API reads. 409: others were faster. 422: it was understood, and the shop refuses.
    """
    if isinstance(exception, Refusal):
        return Response(_body(exception.field, say(exception)), status=_status_of(exception))
    answer = exception_handler(exception, context)  # knows Http404 and PermissionDenied too, sets WWW-Authenticate
    if answer is not None:
        said = answer.data.get("detail", "") if isinstance(answer.data, dict) else ""
        answer.data = _body(getattr(exception, "field", None), str(said))
    return answer


def _status_of(refusal: Refusal) -> int:
    if isinstance(refusal, WrongDocument):
        return BAD_REQUEST
    return CONFLICT if isinstance(refusal, Busy) else UNPROCESSABLE


def _body(field: str | None, message: str) -> dict[str, str | None]:
    return {"field": field, "message": message}


class NamedField(APIException):
    """An error of HTTP that is about one field of the body."""

    def __init__(self, detail: str, *, field: str | None) -> None:
        super().__init__(detail)
        self.field = field


class NotAllowedHere(NamedField):
    status_code = 403
