"""A form field for trees of conditions: rows in groups, made by people who write no code.

What is sent is one name many times, in the order of the page: "(all", then for each condition its code, its values and
";", for each group inside it the same again, then ")". So rows can be added and taken away without any numbers.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.audience.about_groups import ANYWHERE
from campaigns.audience.about_person import AT_LEAST, AT_MOST
from campaigns.audience.conditions import CONDITIONS, WrongAudience
from campaigns.audience.tree import ALL, ANY, MOST_LEVELS, NONE, NOT_A_TREE, Group, dump_tree, load_tree
from campaigns.models import CustomerList, MemberLevel, Segment, Tag
from campaigns.selectors.segments import check_known, spelt_out
from pricing.models import Shop
from pricing.wording import say

ORDER = ("level", "tag", "new", "nth_order", "registered", "region", "phone_verified", "list", "segment")
HOWS = ((ALL, _("all of these hold")), (ANY, _("any of these holds")), (NONE, _("none of these holds")))
OPENERS = {f"({how}": how for how, _label in HOWS}
CLOSER, END = ")", ";"
MOST_TOKENS = 2_000
MOST_OFFERED = 1_000  # tags, lists and segments in one choice


def tree_in(tokens: Sequence[str]) -> dict[str, Any]:
    """Return what was sent as it would be stored, checked by nobody yet; {} for nothing and for an empty outer group.

    Raises WrongAudience for what no page sends.
    """
    if not tokens:
        return {}
    rest = iter(tokens[:MOST_TOKENS])
    root = _group(OPENERS.get(next(rest), ""), rest, 1)
    return {} if not next(iter(root.values())) and len(tokens) == 2 else root


def _group(how: str, rest: Iterator[str], level: int) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    if not how or level > 4 * MOST_LEVELS:
        raise WrongAudience(NOT_A_TREE)
    for token in rest:
        if token == CLOSER:
            return {how: parts}
        if token in OPENERS:
            parts.append(_group(OPENERS[token], rest, level + 1))
        else:
            parts.append({"is": token, "of": [value for value in _until_end(rest) if value.strip()]})
    raise WrongAudience(NOT_A_TREE)


def _until_end(rest: Iterator[str]) -> Iterator[str]:
    for token in rest:
        if token == END:
            return
        yield token
    raise WrongAudience(NOT_A_TREE)


class AudienceWidget(forms.Widget):
    """Groups and rows with buttons to add and remove them, and how many customers they reach, counted live.

    `beside`: names of other inputs of the form that decide who is reached.
    """

    template_name = "campaigns/admin/audience/widget.html"

    class Media:
        js = ("campaigns/audience.js",)

    def __init__(self, *, beside: Sequence[str] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.beside = tuple(beside)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name, []))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def format_value(self, value: Any) -> dict[str, Any]:
        """Return a tree to show, whatever was sent or stored."""
        try:
            stored = tree_in(value) if isinstance(value, list) else value
        except WrongAudience:
            stored = {}
        return stored or {ALL: []}

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        offered = choices_offered()
        widget = context["widget"]
        widget["hows"] = HOWS
        widget["kinds"] = [(code, CONDITIONS[code].LABEL) for code in ORDER]
        widget["root"] = _shown(widget["value"], offered)
        widget["blanks"] = [_shown({"is": code, "of": []}, offered) for code in ORDER]
        widget["blank_group"] = {"how": ANY, "parts": []}
        widget["reach_url"] = reverse("admin:campaigns_segment_reach") + f"?field={name}"
        widget["sent"] = ",".join([name, *self.beside, "csrfmiddlewaretoken"])
        widget["beside"] = self.beside
        return context


class AudienceField(forms.Field):
    """A tree of conditions -> what is stored, with the segments spelt out if `spell_out`; {} = everyone."""

    def __init__(self, *, spell_out: bool = False, beside: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(widget=AudienceWidget(beside=beside), **kwargs)
        self.spell_out = spell_out

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            stored = tree_in(value) if isinstance(value, list) else value or {}
            tree = load_tree(stored)
            check_known(tree)
            found = spelt_out(tree)
        except WrongAudience as refusal:
            raise ValidationError(say(refusal), code="audience") from None
        if tree is None and self.required:
            raise ValidationError(gettext("Add at least one condition."), code="required")
        return dump_tree(found if self.spell_out else tree)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return dump_tree(_without_meanings(initial or {})) != dump_tree(load_tree(tree_in(data)))
        except WrongAudience:
            return True


def choices_offered() -> dict[str, list[Any]]:
    """Return what conditions may name, each as (value, label) or grouped. Five queries."""
    tags: dict[str, list[tuple[str, str]]] = {}
    for tag in Tag.objects.select_related("category")[:MOST_OFFERED]:
        tags.setdefault(tag.category.local_name, []).append((tag.code, tag.local_name))
    anywhere = (ANYWHERE, gettext("anywhere here"))
    lists = CustomerList.objects.all()[:MOST_OFFERED]
    return {
        "level": [(row.code, row.local_name) for row in MemberLevel.objects.all()],
        "tag": list(tags.items()),
        "new": [("", [anywhere, *((row.code, row.local_name) for row in Shop.objects.all())])],
        "registered": [("", [(AT_LEAST, gettext("at least")), (AT_MOST, gettext("at most"))])],
        "list": [("", [(str(row.pk), f"{row.name} ({row.size})") for row in lists])],
        "segment": [("", [(str(row.pk), row.local_name) for row in Segment.objects.all()[:MOST_OFFERED]])],
    }


def _shown(node: dict[str, Any], offered: dict[str, list[Any]]) -> dict[str, Any]:
    """Return a node for the template: a group with its parts, or a condition with what can be chosen for it."""
    if "is" not in node:
        how, parts = next(iter(node.items()))
        return {"how": how, "parts": [_shown(part, offered) for part in parts]}
    code, values = str(node["is"]), [str(value) for value in node.get("of", [])]
    bound = values[0] if code == "registered" and values else AT_LEAST
    typed = values[1] if code == "registered" and len(values) > 1 else ", ".join(values)
    return {
        "is": code,
        "values": values,
        "selects": [*values, ""] if code == "tag" else [bound] if code == "registered" else [*values, ""][:1],
        "typed": "" if code == "registered" and len(values) < 2 else typed,
        "choices": offered.get(code, []),
    }


def _without_meanings(stored: dict[str, Any]) -> Group | None:
    def bare(node: dict[str, Any]) -> dict[str, Any]:
        if "is" in node:
            return {"is": node["is"], "of": node.get("of", [])}
        return {how: [bare(part) for part in parts] for how, parts in node.items()}

    return load_tree(bare(stored))
