"""`manage.py makemessages`: Django's own, for this project's layout and its marker `N_`. Needs GNU gettext."""

from typing import Any

from django.core.management.commands import makemessages

ELSEWHERE = ["tests", "tools", "docs", "static"]


class Command(makemessages.Command):
    """`N_` marks messages of the engine, which knows no Django. The catalogue changes only when a text does."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=N_"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        settled = {"no_location": True, "no_wrap": True, "no_obsolete": True, "add_location": None}
        patterns = [*options["ignore_patterns"], *ELSEWHERE]
        languages = options["locale"] or ["zh_Hans"]
        super().handle(*args, **{**options, **settled, "ignore_patterns": patterns, "locale": languages})
