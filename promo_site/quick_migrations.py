"""`migrate` in a tenth of the time: a changed model is rendered alone, not with everything that is related to it.

Django renders all related models anew with nearly every operation, which for a hundred migrations of a hundred tables
is half a minute of computing and changes no statement. What a migration does in Python (RunPython) sees all models
rendered together as ever: Django does that where renderings were put off. Deployments use plain `migrate`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Let `migrate` be quick in this process until the block ends."""
    thorough = ProjectState._find_reload_model
    ProjectState._find_reload_model = _only_itself
    try:
        yield
    finally:
        ProjectState._find_reload_model = thorough


def _only_itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    state.is_delayed = True
    return {(app_label, model_name)}
