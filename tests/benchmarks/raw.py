"""The rate of the bare statements: what one claim sends, recorded once and played by pgbench."""

import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import psycopg

from promo_site.embedded.postgres import programs
from tests.benchmarks.claim_world import MARKED_CUSTOMER, MARKED_SEQ
from tests.benchmarks.crowds import cpu_of_children, parent_of


def record(claim_campaign, at):
    """Return the messages of one claim between BEGIN and COMMIT, with pgbench's variables where claims differ."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from coupons.commands.claiming import claim_coupon
    from pricing import prepared

    claim = {"claim_campaign_id": claim_campaign.pk, "customer_id": MARKED_CUSTOMER, "at": at}
    claim_coupon(**claim, seq=1)  # what every later claim remembers
    with CaptureQueriesContext(connection) as sent, patch.object(prepared, "call_of", _spelt_out):
        coupon = claim_coupon(**claim, seq=MARKED_SEQ)
    messages = [query["sql"] for query in sent if query["sql"] not in ("BEGIN", "COMMIT")]
    return [_with_variables(message, coupon) for message in messages]


def _spelt_out(sql, values, _literal):
    """The statement itself instead of EXECUTE and its name, which pgbench has not prepared."""
    from django.db import connection

    return psycopg.ClientCursor(connection.connection).mogrify(sql, values)


def _with_variables(message, coupon):
    values = {
        str(MARKED_CUSTOMER): ":customer",
        str(MARKED_SEQ): ":seq",
        f"'{coupon.number.hex}'": "gen_random_uuid()",
    }
    for value, variable in values.items():
        message = message.replace(value, variable)
    return re.sub(r"\s+", " ", message.strip())


def script(messages, customers, *, together):
    """Return the script of a claim; `together` sends what the command sends in one message in one, too."""
    lines = [rf"\set number random(1, {len(customers)})", r"\set seq random(1, 2000000000)"]
    lines += [rf"\set customer {min(customers)} + :number - 1", "BEGIN;"]
    for message in messages:
        parts = [part.strip() for part in message.split(";") if part.strip()]
        lines.append((r" \; " if together else ";\n").join(parts) + ";")
    return "\n".join([*lines, "COMMIT;", ""])


@dataclass(frozen=True)
class Played:
    """Transactions a second, and the CPU milliseconds that each took of pgbench and PostgreSQL together."""

    rate: int
    cpu_ms: float


def play(text, *, clients, seconds, mode="simple"):
    """Let pgbench play a script with so many clients; `mode` "prepared" plans each statement once."""
    from django.db import connection

    database = connection.get_connection_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = parent_of(cursor.fetchone()[0])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "claim.sql"
        file.write_text(text)
        command = [
            str(programs() / "pgbench"),
            "-n",
            "-M",
            mode,
            "-f",
            str(file),
            "-T",
            str(seconds),
            "-c",
            str(clients),
        ]
        command += ["-j", str(min(clients, 2)), "-h", database["host"], "-U", database["user"], database["dbname"]]
        before = cpu_of_children(postmaster) + cpu_of_children(os.getpid())
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        time.sleep(0.2)  # the last backends end a moment after pgbench
        cpu = cpu_of_children(postmaster) + cpu_of_children(os.getpid()) - before
    rate = re.search(r"^tps = (\d+)", done.stdout, re.MULTILINE)
    count = re.search(r"actually processed: (\d+)", done.stdout)
    if not rate or not count:
        raise SystemExit(f"pgbench: {done.stdout}{done.stderr}")
    return Played(int(rate[1]), cpu * 1000 / int(count[1]))
