"""A database of its own for measuring claims and codes, made anew for each run: with a crowd and a million codes."""

import os
import random

import psycopg

from promo_site import embedded

NAME = "claims_benchmark"
CUSTOMERS, CODES = 40_000, 1_000_000
# Numbers that stand nowhere else in what a claim sends: see tests/benchmarks/raw.py.
MARKED_CUSTOMER, MARKED_SEQ = 987_654_321, 31_357


def set_up():
    """Start the services of the tests, and Django on a database of our own with the settings of the demo's web server.

    Returns what has to be stopped again.
    """
    started = embedded.start("test")
    services = embedded.services("test")
    with psycopg.connect(services.database_url, autocommit=True) as maintenance:
        maintenance.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        maintenance.execute(f"CREATE DATABASE {NAME}")
    base, _, query = services.database_url.partition("?")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "promo_site.settings.dev",
        "DATABASE_URL": f"{base.rpartition('/')[0]}/{NAME}" + (f"?{query}" if query else ""),
        "REDIS_URL": services.redis_url,
        "DEBUG": "0",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _customers()
    return started


def _customers():
    from campaigns.models import Customer
    from tests.factories import LONG_AGO

    crowd = [Customer(code=f"crowd-{number}", registered_at=LONG_AGO) for number in range(CUSTOMERS)]
    crowd.append(Customer(pk=MARKED_CUSTOMER, code="crowd-marked", registered_at=LONG_AGO))
    Customer.objects.bulk_create(crowd, batch_size=5_000)


def crowd():
    """The ids of everybody in an order of their own for this run."""
    from campaigns.models import Customer

    ids = list(
        Customer.objects.filter(code__startswith="crowd-").exclude(pk=MARKED_CUSTOMER).values_list("pk", flat=True)
    )
    random.shuffle(ids)
    return ids


def claim_campaign():
    """A new claim campaign with numbers and money to count, and more of both than a run takes."""
    from tests.factories.coupons import make_claim_campaign, make_template

    template = make_template(issue_total=1_000_000_000, budget_cents=10**15)
    return make_claim_campaign(template=template, total=1_000_000_000, per_customer=32_000)


def expired_coupons(count):
    """So many unused coupons of one template that have expired a minute ago, each with its reservation."""
    from django.db import connection

    from coupons.models import TemplateBudget
    from tests.factories.coupons import make_coupon, make_template

    template = make_template()
    made = make_coupon(template=template)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO coupons_coupon (number, template_id, revision_id, customer_id, route, seq, state, issued_at,
                                        valid_from, valid_until, reserved_cents, place, place_cost_cents)
            SELECT gen_random_uuid(), template_id, revision_id, customer_id, route, seq, state,
                   now() - interval '1 year', now() - interval '1 year', now() - interval '1 minute',
                   reserved_cents, place, place_cost_cents
            FROM coupons_coupon, generate_series(1, %s) WHERE id = %s
            """,
            [count, made.pk],
        )
        cursor.execute(
            """
            INSERT INTO coupons_templatebudgetentry (template_id, coupon_id, move, amount_cents, source, at)
            SELECT template_id, id, 'reserve', 1000, 'issue', issued_at FROM coupons_coupon
            WHERE template_id = %s AND id <> %s
            """,
            [template.pk, made.pk],
        )
    TemplateBudget.objects.filter(pk=template.pk).update(issued=count + 1, used_cents=1000 * (count + 1))


def codes(count):
    """So many codes of a pool of a million."""
    from coupons.codes import codes_of
    from coupons.commands.codes import make_batch
    from tests.factories.codes import make_code_pool

    pool = make_code_pool(count=CODES, made=False, per_customer=32_000)
    while make_batch(pool_id=pool.pk)[0] < CODES:
        pass
    start = random.randrange(CODES - count)
    return list(codes_of(bytes(pool.secret), prefix="", start=start, stop=start + count))
