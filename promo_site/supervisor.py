"""A few processes that live and die together: what `make demo` keeps running."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class ChildDied(Exception):
    """A process ended by itself; the message holds its name and its last words."""


@dataclass(slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join(f"    {line}" for line in lines) or "    (it said nothing)"


@dataclass(slots=True)
class Supervisor:
    """Starts processes, watches them, stops them in the order in which they were started."""

    logs: Path
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], *, environment: Mapping[str, str]) -> None:
        """Start one process in a session of its own: Ctrl-C in the terminal reaches only this supervisor."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_end_with_parent(),
            )
        self.children.append(Child(name, process, log))

    def check(self) -> None:
        """Raise ChildDied for the first process that has ended."""
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                raise ChildDied(f"{child.name} has ended (exit code {code}). Its last words:\n{child.last_words()}")

    def watch(self, *, every_seconds: float = 0.3) -> None:
        """Return never; raises ChildDied."""
        while True:
            self.check()
            time.sleep(every_seconds)

    def stop(self) -> None:
        """Ask each to end, in order, and wait; what does not end in time is killed with its own children."""
        for child in self.children:
            if child.process.poll() is None:
                child.process.terminate()
                try:
                    child.process.wait(timeout=STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    os.killpg(child.process.pid, signal.SIGKILL)
                    child.process.wait()
        self.children.clear()


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux a child is told to end when the supervisor is killed; elsewhere it would have to be ended by hand."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
