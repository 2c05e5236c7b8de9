"""Claims over HTTP, as the button sends them, at the real web server with two worker processes."""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlencode

from tests.benchmarks import claim_world
from tests.benchmarks.crowds import crowd_of

TOKEN = "a" * 32
WORKERS = 2
START_SECONDS = 60


def claims_over_http(clients, *, seconds):
    """Let each client, signed in as a customer, claim one coupon after the other of one claim campaign."""
    campaign = claim_world.claim_campaign()
    shares = [[(cookie, campaign.pk, seq) for seq in range(1, 2_000)] for cookie in _sessions(clients)]
    with _server() as port:
        page = _Page(port)
        return crowd_of(clients, shares, page.claim, seconds=seconds)


class _Page:
    """A connection that stays open, one in each process."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def claim(self, work):
        cookie, claim_campaign_id, seq = work
        headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request("POST", f"/coupons/{claim_campaign_id}/claim/", urlencode({"seq": seq}), headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 302:
            raise SystemExit(f"a claim was answered with {answer.status}")


def _sessions(count):
    """The session cookies of so many customers who are signed in."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from campaigns.models import Customer
    from tests.factories import LONG_AGO

    found = []
    for number in range(count):
        user, _new = get_user_model().objects.get_or_create(username=f"crowd-{number}")
        Customer.objects.get_or_create(user=user, defaults={"code": f"signed-in-{number}", "registered_at": LONG_AGO})
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found.append(client.cookies["sessionid"].value)
    return found


@contextmanager
def _server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", "8", "promo_site.wsgi:application"]
    environment = os.environ | {"PROMO_PROCESS": "web"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=15)


def _wait_for(port):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/sign-in/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the web server does not answer")
