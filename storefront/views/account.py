"""Signing in, up and out; the guest's cart comes along."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.commands.customers import enter_birthday
from campaigns.models import ContactWish
from coupons.models import ReminderWish
from pricing.engine.errors import Refusal
from storefront.commands.cart import merge_carts
from storefront.commands.joining import open_account
from storefront.devices import origin_in
from storefront.forms.account import BirthdayForm, SignInForm, SignUpForm
from storefront.selectors.shopper import customer_of
from storefront.views.refusing import ask_to_sign_in, first_error, only_sent, warn
from storefront.views.visitor import CART_TOKEN, customer_in, token_in
from storefront.wording import say

BAD_REQUEST = 400
LEAP_YEAR = 2000  # has every day that a birthday can be
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(LoginView):
    """Sign in; wrong passwords are counted, and too many are answered with 429."""

    template_name = "storefront/sign_in.html"
    authentication_form = SignInForm
    next_page = reverse_lazy("storefront:home")
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        token = token_in(self.request)
        response = super().form_valid(form)
        _bring_cart(self.request, token)
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=BAD_REQUEST)


class SignOut(LogoutView):
    """Sign out; the cart stays with the customer."""

    http_method_names = ["post", "options"]
    next_page = reverse_lazy("storefront:home")


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "storefront/sign_up.html", {"form": SignUpForm(), "next": request.GET.get("next", "")})
    form = SignUpForm(request.POST)
    if form.is_valid() and _joined(request, form):
        return redirect(_next(request))
    context = {"form": form, "next": request.POST.get("next", "")}
    return render(request, "storefront/sign_up.html", context, status=BAD_REQUEST)


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The one page behind "Me": orders, wallet, sign out, or the way in."""
    customer = customer_in(request)
    wish = ContactWish.objects.filter(customer=customer).first() or ContactWish()
    reminders = ReminderWish.objects.filter(customer=customer).first() or ReminderWish()
    context = {
        "customer": customer,
        "wish": wish,
        "reminders": reminders,
        "reminder_days": settings.COUPON_REMINDER_DAYS,
        "birthday": customer and customer.birth_month and date(LEAP_YEAR, customer.birth_month, customer.birth_day),
        "birthday_form": BirthdayForm(),
    }
    return render(request, "storefront/account.html", context)


@only_sent("storefront:account")
def birthday(request: HttpRequest) -> HttpResponse:
    """Keep the shopper's birthday, once."""
    customer, page = customer_in(request), reverse("storefront:account")
    if customer is None:
        return ask_to_sign_in(request, page)
    form = BirthdayForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(page)
    try:
        enter_birthday(customer_id=customer.pk, **form.cleaned_data, at=timezone.now())
    except Refusal as refusal:
        warn(request, refusal)
    else:
        messages.success(request, _("Saved."))
    return redirect(page)


def _joined(request: HttpRequest, form: SignUpForm) -> bool:
    sent, token, at = form.cleaned_data, token_in(request), timezone.now()
    who = {"username": sent["username"], "password": sent["password1"], "name": sent["called"]}
    try:
        user = open_account(**who, at=at, origin=origin_in(request, at=at))
    except Refusal as refusal:
        form.add_error(refusal.field, say(refusal))
        return False
    login(request, user, backend=MODEL_BACKEND)
    _bring_cart(request, token)
    return True


def _bring_cart(request: HttpRequest, token: UUID | None) -> None:
    customer = customer_of(request.user)
    if not token or not customer:
        return
    try:
        merge_carts(token=token, customer=customer)
    except Refusal as refusal:  # signed in all the same
        warn(request, refusal)
    else:
        request.session.pop(CART_TOKEN, None)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "storefront:home"
