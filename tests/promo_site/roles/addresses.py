"""Every address where staff and programs work, asked by every role with every method: open (its letter) or closed."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpResponseForbidden
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaigns.admin.acts import ACTS
from campaigns.models import ConflictRow

ROLES = {"o": "operator", "a": "approver", "s": "service", "f": "finance"}
PAGE_METHODS, API_METHODS = ("GET", "POST"), ("GET", "POST", "PUT", "DELETE")
NOBODY = 999_999
# Doors, not rooms: anybody may come here.
DOORS = {"admin:login", "admin:logout", "admin:jsi18n", "admin:view_on_site", "api:schema", "api:docs"}
ROOMS = ("admin/", "api/")
CODES = {
    "admin:storefront_order_act": ["cancel"],
    "admin:storefront_refund_act": ["approve", "reject"],
    "admin:coupons_riskcase_act": ["release", "block", "undo"],
}


class Address(NamedTuple):
    """Its name, with the code of an act where it has one, and its path."""

    name: str
    path: str

    @property
    def methods(self) -> tuple[str, ...]:
        """What is tried: pages know two methods, programs more."""
        return API_METHODS if self.name.startswith("api:") else PAGE_METHODS


def addresses() -> list[Address]:
    """Return every address with a name, for a row of its kind where there is one, by name."""
    named = _named(get_resolver().url_patterns, "", "")
    return sorted({address for name, pattern in named for address in _filled(name, pattern)})


def letters(path: str, method: str, people: Mapping[str, Client]) -> str:
    """Return the letters of the roles for which an address is open; "." for none, "-" if it knows no such method.

    What is read is written out for every role; what is sent is answered with the same pages, written out once.
    """
    answers = {}
    for letter, client in people.items():
        seen = method != "GET" and any(map(_is_open, answers.values()))
        with pages_not_written_out() if seen else nullcontext():
            answers[letter] = client.generic(method, path)
    broken = {letter: answer.status_code for letter, answer in answers.items() if answer.status_code >= 500}
    assert broken == {}, f"{method} {path}"
    if all(answer.status_code == 405 for answer in answers.values()):
        return "-"
    return "".join(letter for letter, answer in answers.items() if _is_open(answer)) or "."


@contextmanager
def pages_not_written_out() -> Iterator[None]:
    """Let every view decide and compute, and its template stay empty."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Template, "render", lambda *args, **kwargs: "")
        yield


@contextmanager
def quick_doors(users: Iterable[User]) -> Iterator[None]:
    """Refuse without a page and a line in the log, leave the side bar out, read people and their permissions once."""
    known = {str(user.pk): user for user in users}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("promo_site.urls.handler403", lambda *args, **kwargs: HttpResponseForbidden(), raising=False)
        patched.setattr("django.contrib.auth.get_user", lambda request: known[request.session[SESSION_KEY]])
        patched.setattr("promo_site.office.OfficeSite.get_sidebar_list", lambda *args: [])
        patched.setattr(logging.root.manager, "disable", logging.WARNING)
        yield


def _is_open(answer: Any) -> bool:
    at_the_door = answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login"))
    return answer.status_code not in (401, 403, 404, 405) and not at_the_door


def _named(patterns: list[Any], namespace: str, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from _named(pattern.url_patterns, inner, path)
        elif path.startswith(ROOMS) and pattern.name:
            name = f"{namespace}:{pattern.name}" if namespace else pattern.name
            if name not in DOORS:
                yield name, pattern


def _filled(name: str, pattern: URLPattern) -> Iterator[Address]:
    wanted = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
    codes = CODES.get(name, [act.code for act in ACTS]) if name.endswith("_act") else [""]
    for code in codes:
        given = {key: code if key == "code" and code else _value(name, key) for key in wanted}
        yield Address(f"{name}:{code}" if code else name, reverse(name, kwargs=given))


def _value(name: str, key: str) -> Any:
    if key in ("pk", "object_id"):
        return _key_of(name) or NOBODY
    if key == "row":  # of the one report that there is
        return ConflictRow.objects.values_list("pk", flat=True).first() or NOBODY
    return {"app_label": "campaigns", "code": "submit"}.get(key, 1)


def _key_of(name: str) -> int | None:
    app, _, rest = name.split(":")[-1].partition("_")
    try:
        model = apps.get_model(app, rest.split("_")[0])
    except LookupError:
        return None
    return model._default_manager.order_by("pk").values_list("pk", flat=True).first()
