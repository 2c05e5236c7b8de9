"""The house rules that neither ruff nor import-linter can see."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model

FLOORS = ["pricing", "campaigns", "coupons", "storefront", "analytics"]
MODULE_LINES, FUNCTION_LINES, ARGUMENTS = 300, 40, 6
# Rooms in which time is an argument named `at`.
CLOCKLESS = {"engine", "models", "selectors", "commands", "forms", "offers", "lifecycle", "quoting"}
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def modules(*packages: str) -> list[Path]:
    files = [file for package in packages for file in (settings.BASE_DIR / package).rglob("*.py")]
    return sorted(file for file in files if "migrations" not in file.parts)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def arguments_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return sum(argument.arg not in ("self", "cls") for argument in named)


def place(file: Path, node: ast.AST | None = None) -> str:
    return f"{file.relative_to(settings.BASE_DIR)}" + (f":{node.lineno}" if node is not None else "")


def test_there_are_modules_to_look_at():
    assert {file.relative_to(settings.BASE_DIR).parts[0] for file in modules(*FLOORS, "promo_site")} == {
        *FLOORS,
        "promo_site",
    }


def test_no_module_is_longer_than_300_lines():
    lengths = {place(file): len(file.read_text().splitlines()) for file in modules(*FLOORS, "promo_site", "tests")}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_40_lines_or_takes_more_than_6_arguments():
    too_much = [
        f"{place(file, function)} {function.name}"
        for file in modules(*FLOORS, "promo_site")
        for function in functions(ast.parse(file.read_text()))
        if function.end_lineno - function.lineno >= FUNCTION_LINES or arguments_of(function) > ARGUMENTS
    ]
    assert too_much == []


def test_engine_knows_no_float():
    def is_float(node: ast.AST) -> bool:
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        name = isinstance(node, ast.Name) and node.id == "float"
        division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        return literal or name or division

    engine = modules("pricing/engine")
    assert engine
    assert [
        place(file, node) for file in engine for node in ast.walk(ast.parse(file.read_text())) if is_float(node)
    ] == []


def test_no_column_holds_a_float():
    fields = [
        field for app in FLOORS for model in apps.get_app_config(app).get_models() for field in model._meta.fields
    ]
    assert fields
    assert [str(field) for field in fields if field.get_internal_type() in ("FloatField", "DecimalField")] == []


def test_clock_is_read_only_where_people_and_timers_come_in():
    def reads_clock(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in CLOCKS
        )

    guarded = [file for file in modules(*FLOORS) if {*file.parts, file.stem} & CLOCKLESS]
    found = [
        place(file, node) for file in guarded for node in ast.walk(ast.parse(file.read_text())) if reads_clock(node)
    ]
    assert found == []


def relations_between_apps() -> Iterator[tuple[str, str, str]]:
    """Yield (app, app pointed to, name of the field); string foreign keys escape the import contracts."""
    for app in FLOORS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            for field in [*model._meta.fields, *model._meta.many_to_many]:
                if field.related_model is not None:
                    yield app, field.related_model._meta.app_label, str(field)


def test_relations_point_down_the_floors():
    upward = [
        name
        for app, target, name in relations_between_apps()
        if target in FLOORS and FLOORS.index(target) > FLOORS.index(app)
    ]
    assert upward == []


def test_relations_to_another_app_have_no_way_back():
    """So nobody reaches up by accident, as in `user.orders`. Who signed in is the one question asked that way."""
    back = [
        f"{relation.related_model._meta.label}.{relation.field.name} as {relation.get_accessor_name()}"
        for model in [get_user_model(), *(model for app in FLOORS for model in apps.get_app_config(app).get_models())]
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label in FLOORS
        and relation.related_model._meta.app_label != model._meta.app_label
        and relation.get_accessor_name() is not None
    ]
    assert back == ["campaigns.Customer.user as customer"]


@pytest.mark.parametrize("app", [*FLOORS, "promo_site"])
def test_every_app_says_what_lives_there_where_to_enter_and_what_it_may_import(app):
    said = import_module(app).__doc__ or ""
    assert "Entry points:" in said
    assert "ay import" in said
