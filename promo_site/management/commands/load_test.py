"""`manage.py load_test`: a bounded load on a site of one's own, with its figures."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_site.load_testing import MOST_PER_SECOND, MOST_SECONDS, get_page, load


class Command(BaseCommand):
    help = (
        "Ask a site of your own for pages at a steady rate and print what came back. "
        f"At most {MOST_PER_SECOND} requests a second for {MOST_SECONDS} seconds; nothing is bought."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default=settings.SITE_ADDRESS, help="what the addresses begin with")
        parser.add_argument("--path", action="append", help="a page, such as /products/; may be given several times")
        parser.add_argument("--rate", type=int, default=20, help="requests a second")
        parser.add_argument("--seconds", type=int, default=10)

    def handle(self, *args: object, **options: object) -> None:
        site = str(options["site"]).rstrip("/")
        if not site.startswith(("http://", "https://")):
            raise CommandError("--site begins with http:// or https://")
        addresses = [site + path for path in options["path"] or ["/", "/products/"]]
        try:
            measured = load(addresses, per_second=options["rate"], seconds=options["seconds"], get=get_page)
        except ValueError as error:
            raise CommandError(str(error)) from error
        total = sum(measured.answers.values())
        self.stdout.write(f"{total} requests, {measured.per_second} a second, {measured.failed} failed")
        self.stdout.write(f"half within {measured.percentile_ms(50)} ms, 95 % within {measured.percentile_ms(95)} ms")
        self.stdout.write("answers: " + ", ".join(f"{code}: {n}" for code, n in sorted(measured.answers.items())))
        if measured.failed:
            raise CommandError("The site did not carry this load.")
        self.stdout.write("It carried this load. An approver records it under Load tests in the back office.")
