"""The description of the API: an OpenAPI document for programs and a page for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Schema(SpectacularJSONAPIView):
    throttle_scope = "schema"


class NothingHere(APIView):
    """Any other address below the API answers in JSON too."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> Response:
        super().initial(request, *args, **kwargs)
        raise NotFound


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI document with a form for each request. Everything comes from this site."""
    return render(request, "storefront/api.html")
