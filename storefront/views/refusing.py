"""How a "no" is shown: its sentence beside the field or on top of the page, never a 500."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from pricing.engine.errors import Refusal
from storefront.wording import say

View = Callable[..., HttpResponse]


def only_sent(page: str, *taken: str) -> Callable[[View], View]:
    """Mark a view that takes what a form sends; who only looks at its address is led to `page`.

    A page that answers such a form stands at the form's address: there people reload, change the language and sign in.
    `taken`: the arguments that both addresses have.
    """

    def marked(view: View) -> View:
        @wraps(view)
        def sent(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, **{name: kwargs[name] for name in taken})
            return view(request, **kwargs)

        return require_http_methods(["GET", "HEAD", "POST"])(sent)

    return marked


def warn(request: HttpRequest, refusal: Refusal) -> None:
    """Put the refusal on top of the next page."""
    messages.error(request, say(refusal))


def first_error(form: BaseForm) -> str:
    """Return what is wrong with a form that has one visible field at most."""
    return next(error for errors in form.errors.values() for error in errors)


def go_to(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Redirect, also where htmx sent the form."""
    response = redirect(*args, **kwargs)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def back_to(request: HttpRequest, fallback: str) -> HttpResponse:
    """Redirect to the page that sent the form, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return go_to(request, wanted if is_ours else fallback)


def ask_to_sign_in(request: HttpRequest, then: str) -> HttpResponse:
    """Send the visitor to the sign-in page and back afterwards."""
    address = f"{reverse('storefront:sign_in')}?{urlencode({'next': then})}"
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
