"""`python -m promo_site.embedded [--profile demo|test] start|stop|status|reset|run -- COMMAND`."""

import argparse
import os
import subprocess
import sys

from promo_site.embedded import postgres, redis
from promo_site.embedded.errors import ServiceTrouble
from promo_site.embedded.place import place, services
from promo_site.embedded.supervise import reset, running, start, stop


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m promo_site.embedded", description="Embedded PostgreSQL and Redis.")
    parser.add_argument("--profile", choices=["demo", "test"], default="demo")
    parser.add_argument("action", choices=list(ACTIONS))
    parser.add_argument("command", nargs=argparse.REMAINDER, help="after `run --`: what to run meanwhile")
    asked = parser.parse_args(arguments)
    try:
        return ACTIONS[asked.action](asked.profile, [word for word in asked.command if word != "--"])
    except ServiceTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _start(profile: str, command: list[str]) -> int:
    started = start(profile)
    print(f"started: {', '.join(started) or 'nothing, all was running'}")
    return _status(profile, command)


def _stop(profile: str, command: list[str]) -> int:
    stop(profile)
    return 0


def _reset(profile: str, command: list[str]) -> int:
    reset(profile)
    print(
        f"The data under {place(profile).folder} is forgotten. Servers named by DATABASE_URL or REDIS_URL keep theirs."
    )
    return 0


def _status(profile: str, command: list[str]) -> int:
    asked, here = services(profile), place(profile)
    for name, url, owned, module in (
        ("postgres", asked.database_url, asked.owns_database, postgres),
        ("redis", asked.redis_url, asked.owns_redis, redis),
    ):
        state = ("running" if module.is_running(here) else "stopped") if owned else "named by the environment"
        # The password of a named server is nobody's to read over a shoulder.
        print(f"{name}: {state}" + (f", {url}" if owned else ""))
    return 0


def _run(profile: str, command: list[str]) -> int:
    if not command:
        print("run needs a command: python -m promo_site.embedded run -- COMMAND", file=sys.stderr)
        return 2
    asked = services(profile)
    environment = os.environ | {"DATABASE_URL": asked.database_url, "REDIS_URL": asked.redis_url}
    with running(profile):
        return subprocess.run(command, env=environment, check=False).returncode


ACTIONS = {"start": _start, "stop": _stop, "status": _status, "reset": _reset, "run": _run}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
