import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from promo_site import embedded
from promo_site.demo_logins import DEMO_LOGINS, login_table
from promo_site.embedded import postgres, redis
from promo_site.embedded.processes import command_of
from promo_site.supervisor import ChildDied, Supervisor

pytestmark = pytest.mark.req("PLT-01")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_taken_port_is_named_together_with_another_choice(monkeypatch):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError) as refused:
            call_command("demo")
    assert str(refused.value) == (
        f"Port {port} on 127.0.0.1 cannot be used: Address already in use. Is the demo running already? "
        f"Otherwise choose another port: PORT={port + 1} make demo"
    )


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "٣"])
def test_port_that_is_no_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match=f"^PORT={port} is not a port number. Choose one"):
        call_command("demo")


def test_every_role_has_a_login_in_the_printed_table():
    lines = list(login_table("http://localhost:8000"))
    assert [line.split()[:2] for line in lines] == [[login.role, login.username] for login in DEMO_LOGINS]
    assert {login.role for login in DEMO_LOGINS} >= {"operator", "approver", "service", "finance", "shopper"}
    assert lines[0].split() == ["operator", "olivia", "demo-operator", "http://localhost:8000/admin/"]


def test_server_that_does_not_answer_is_named_with_the_way_out(monkeypatch):
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setenv("DATABASE_URL", embedded.services("test").database_url)
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(
        CommandError, match="^Redis does not answer: .*\nStart the server that REDIS_URL names, correct"
    ):
        call_command("demo")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://promo@127.0.0.1:{free_port()}/promo")
    with pytest.raises(
        CommandError, match=r"^PostgreSQL does not answer: [^$]*\nStart the server that DATABASE_URL names"
    ):
        call_command("demo")


@pytest.fixture
def demo(tmp_path, monkeypatch, request):
    """`manage.py demo` in a place of its own, in the background."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROMO_LOCAL", str(tmp_path))
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", *getattr(request, "param", [])],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=240)
    embedded.reset("demo")


def read_until(process: subprocess.Popen[str], words: str) -> str:
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, f"the demo ended before it said {words!r}:\n{said}"
        said += line
    return said


def children_of(pid: int) -> dict[str, int]:
    """Return the pids of a process's children by the program they run."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {command_of(int(child)): int(child) for child in pids}


@pytest.mark.slow
def test_demo_opens_the_shop_and_ctrl_c_stops_everything(demo):
    said = read_until(demo, "Ctrl-C stops everything")
    assert all(login.password in said for login in DEMO_LOGINS)
    here = embedded.place("demo")
    with urllib.request.urlopen(f"http://127.0.0.1:{os.environ['PORT']}/admin/login/") as answer:
        assert answer.status == 200
    pids = children_of(demo.pid).values()

    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=240)

    assert "The data stays for the next `make demo`" in rest
    assert demo.returncode == 0
    assert [command_of(pid) for pid in pids] == ["", "", ""]
    assert (postgres.is_running(here), redis.is_running(here)) == (False, False)


@pytest.mark.slow
@pytest.mark.parametrize("demo", [["--empty"]], indirect=True)
def test_death_of_one_process_is_reported_and_ends_the_others(demo):
    read_until(demo, "Ctrl-C stops everything")
    pids = children_of(demo.pid)
    beat = next(pid for command, pid in pids.items() if "beat" in command)
    os.kill(beat, signal.SIGKILL)
    rest, _ = demo.communicate(timeout=240)
    assert "CommandError: beat has ended (exit code -9). Its last words:" in rest
    assert demo.returncode == 1
    assert [command_of(pid) for pid in pids.values()] == ["", "", ""]


def test_supervisor_stops_in_the_order_of_starting_and_quotes_last_words(tmp_path):
    group = Supervisor(tmp_path)
    note = tmp_path / "stopped"
    for name in ("first", "second"):
        stubborn = f"trap 'echo {name} >> {note}; exit' TERM; echo ready; while :; do sleep 0.05; done"
        group.start(name, ["sh", "-c", stubborn], environment=os.environ)
    group.start("third", ["sh", "-c", "echo no paper left; exit 7"], environment=os.environ)
    for name in ("first", "second", "third"):
        while not (tmp_path / f"{name}.log").read_text():
            time.sleep(0.01)
    group.children[2].process.wait()
    with pytest.raises(ChildDied, match=r"third has ended \(exit code 7\). Its last words:\n    no paper left"):
        group.check()
    group.stop()
    assert note.read_text() == "first\nsecond\n"
