"""The codes stored in rows and the rule classes that they mean. A code is never renamed.

    @benefit("percent_off", label=N_("Percentage off"))
    @dataclass(frozen=True, slots=True)
    class PercentOff: ...

Every rule has `describe() -> Message`; every benefit has `LAYERS`, the layers where it may be used; `ABOUT` maps the
name of a parameter to its label and help text.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.params import params_of
from pricing.engine.rules import Benefit, Condition
from pricing.engine.texts import shown

BENEFITS: dict[str, type[Benefit]] = {}
CONDITIONS: dict[str, type[Condition]] = {}
LABELS: dict[str, str] = {}

Rule = TypeVar("Rule", bound=type)


def benefit(code: str, *, label: str) -> Callable[[Rule], Rule]:
    """Register a benefit class under the code that rows store."""
    return _registered(cast(dict[str, type], BENEFITS), code, label)


def condition(code: str, *, label: str) -> Callable[[Rule], Rule]:
    """Register a condition class under the code that rows store."""
    return _registered(cast(dict[str, type], CONDITIONS), code, label)


def load_benefit(code: str, params: Mapping[str, Any]) -> Benefit:
    """Return the benefit that a row describes. Raises WrongParams naming the field."""
    return cast(Benefit, _load(cast(dict[str, type], BENEFITS), code, params))


def load_condition(code: str, params: Mapping[str, Any]) -> Condition:
    """Return the condition that a row describes. Raises WrongParams naming the field."""
    return cast(Condition, _load(cast(dict[str, type], CONDITIONS), code, params))


def dump_params(rule: Benefit | Condition) -> dict[str, Any]:
    """Return the parameters as JSON, without those left at their default."""
    found = {}
    for param in params_of(type(rule)):
        value = getattr(rule, param.name)
        if param.required or value != param.default:
            found[param.name] = param.kind.dump(value)
    return found


def code_of(rule: Benefit | Condition) -> str:
    """Return the code under which the rule's class is registered."""
    return rule.CODE


def label_of(code: str) -> str:
    """Return the English label of a benefit or a condition."""
    return LABELS[code]


def _registered(register: dict[str, type], code: str, label: str) -> Callable[[Rule], Rule]:
    def add(rule: Rule) -> Rule:
        if code in LABELS:
            raise ValueError(f"the code {code} is taken")
        rule.CODE = code  # type: ignore[attr-defined]
        register[code] = rule
        LABELS[code] = label
        return rule

    return add


def _load(register: Mapping[str, type], code: str, params: Mapping[str, Any]) -> object:
    rule = register.get(code)
    if rule is None:
        raise WrongParams(N_("There is no rule called %(code)s."), field="code", code=str(code))
    if not isinstance(params, Mapping):
        raise WrongParams(N_("Parameters are a mapping of names to values."), field="params")
    known = {param.name: param for param in params_of(rule)}
    for name in params:
        if name not in known:
            raise WrongParams(N_("There is no such parameter."), field=shown(name))
    for name, param in known.items():
        if param.required and params.get(name) is None:
            raise WrongParams(N_("This is needed."), field=name)
    values = {name: known[name].kind.load(value, name) for name, value in params.items() if value is not None}
    return rule(**values)
