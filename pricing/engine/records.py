"""Records: the values that an answer is made of, of which a large cart has thousands.

A frozen dataclass writes each of its fields through `object.__setattr__`, which is most of what making one costs. A
record is the same frozen dataclass to everybody, but is made in half the time: while it is filled it belongs to a class
of the same slots that nothing is refused to, and becomes what it is once it is complete.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True)
def record(kind: type[Kind]) -> type[Kind]:
    """Return the class as a frozen dataclass with slots. Its fields may have defaults, but no default factory."""
    made: Any = dataclass(frozen=True, slots=True)(kind)
    names = [item.name for item in fields(made)]
    made.__init__ = _filling(made, type(f"{kind.__name__}Draft", (), {"__slots__": names}), names)
    return made  # type: ignore[no-any-return]


def _filling(made: Any, draft: type, names: list[str]) -> Callable[..., None]:
    """Return an `__init__` written out for these fields, as dataclasses do it."""
    defaults = {item.name: item.default for item in fields(made) if item.default is not MISSING}
    heads = [f"{name}=defaults[{name!r}]" if name in defaults else name for name in names]
    steps = ["become(self, draft)", *[f"self.{name} = {name}" for name in names], "self.__class__ = made"]
    text = f"def __init__(self, {', '.join(heads)}):\n " + "\n ".join(steps)
    known = {"draft": draft, "made": made, "defaults": defaults, "become": object.__dict__["__class__"].__set__}
    exec(text, known)  # noqa: S102 - of names that Python itself accepted as fields
    found: Callable[..., None] = known["__init__"]
    return found
