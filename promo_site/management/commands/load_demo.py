"""`manage.py load_demo`: the goods, people, campaigns, coupons and orders of the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pricing.clock import database_now
from promo_site.demo.loading import is_empty, load_demo


class Command(BaseCommand):
    help = "Load the demo data. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing, and say nothing, where there is a catalogue already."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo brings logins with known passwords: it loads only with settings.DEMO.")
        if options["if_empty"] and not is_empty():
            return
        loaded = load_demo(at=database_now())
        self.stdout.write("The demo data is loaded." if loaded else "The demo data is there already.")
