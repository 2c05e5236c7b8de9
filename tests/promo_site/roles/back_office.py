"""Every address of the back office, asked by every role with every method: open (its letter) or closed."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaigns.admin.acts import ACTS
from campaigns.models import ConflictRow

ROLES = {"o": "operator", "a": "approver", "s": "service", "f": "finance"}
METHODS = ("GET", "POST")
NOBODY = 999_999
# A shop's visitor may come here as well: they are doors, not rooms.
DOORS = {"admin:login", "admin:logout", "admin:jsi18n", "admin:view_on_site"}


class Route(NamedTuple):
    """One address: its name (with the code of an act), and where it is."""

    name: str
    path: str


def routes() -> list[Route]:
    """Return every address of the back office that has a name, with a row of its kind filled in where there is one."""
    return sorted(
        {route for name, pattern in _named(get_resolver().url_patterns, "", "") for route in _filled(name, pattern)}
    )


def _named(patterns: list[Any], namespace: str, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from _named(pattern.url_patterns, inner, path)
        elif path.startswith("admin/") and pattern.name:
            name = f"{namespace}:{pattern.name}" if namespace else pattern.name
            if name not in DOORS:
                yield name, pattern


def _filled(name: str, pattern: URLPattern) -> Iterator[Route]:
    wanted = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
    codes = [act.code for act in ACTS] if name.endswith("_act") else [""]
    for code in codes:
        given = {key: code if key == "code" and code else _value(name, key) for key in wanted}
        yield Route(f"{name}:{code}" if code else name, reverse(name, kwargs=given))


def _value(name: str, key: str) -> Any:
    if key in ("pk", "object_id"):
        return _key_of(name) or NOBODY
    if key == "row":
        return ConflictRow.objects.order_by("pk").values_list("pk", flat=True).first() or NOBODY
    return {"app_label": "campaigns", "code": "submit", "content_type_id": 1}.get(key, 1)


def _key_of(name: str) -> int | None:
    parts = name.split(":")[-1].split("_")
    try:
        model = apps.get_model(parts[0], parts[1])
    except (LookupError, IndexError):
        return None
    return model._default_manager.order_by("pk").values_list("pk", flat=True).first()


def letters(path: str, method: str, people: dict[str, Any]) -> str:
    """Return the letters of the roles for which an address is open; "-" where nobody may use the method."""
    found, is_known = "", False
    for letter, user in people.items():
        client = Client()
        client.force_login(user)
        answer = client.generic(method, path)
        at_the_door = answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login"))
        assert answer.status_code < 500, f"{method} {path} as {letter}: {answer.status_code}"
        is_known |= answer.status_code != 405
        if answer.status_code not in (403, 404, 405) and not at_the_door:
            found += letter
    return (found or ".") if is_known else "-"
