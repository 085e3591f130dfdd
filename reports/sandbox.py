"""Sandbox: runs `reports.inspector` on an untrusted file, with limits on time, memory and writing.

Whatever a file does to a library, the result is an `Inspection`: the findings, the reason of a refusal, or that the file was
unreadable.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from jamsos.errors import FileMissing

MOST_BYTES = 64 << 20  # bytes of an accepted file
_WRITTEN = 16 << 20  # of a file; fonts are written beside while pages are printed
_ROOT = Path(__file__).parents[1]
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from reports.inspector import main; main()"


@dataclass(frozen=True)
class Limits:
    """Limits of all inspections of one file together (seconds), and of each (bytes of memory)."""

    seconds: float = 7
    memory: int = 400 << 20


LIMITS = Limits()


@dataclass(frozen=True)
class Inspection:
    """`refused`: a code for the fault of the file. `failed`: the inspection failed, so nothing is known."""

    found: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None
    page: int | None = None
    failed: str | None = None


@dataclass
class Sandbox:
    """Runs inspections of one file until its time is over."""

    limits: Limits = LIMITS
    spent: float = 0

    def ask(self, question: str, path: Path, **facts: Any) -> Inspection:
        started = monotonic()
        left = Limits(max(self.limits.seconds - self.spent, 0.01), self.limits.memory)
        found = inspect(question, path, limits=left, **facts)
        self.spent += monotonic() - started
        return found


def content_of(path: Path) -> bytes:
    """Return the bytes of a file, or None if it is too large. Raise FileMissing."""
    if not path.is_file():
        raise FileMissing(file=path)
    return path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""


def files_of(content: bytes) -> dict[str, bytes]:
    """Return the attached files of an issued document."""
    from reports.inspection import files_of as found

    return found(content)


def inspect(ask: str, path: Path, *, limits: Limits = LIMITS, **facts: Any) -> Inspection:
    """Run one question of `reports.inspector` on a file."""
    question = json.dumps({"ask": ask, "file": str(path.resolve()), **facts}).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _START],
            input=question,
            capture_output=True,
            timeout=limits.seconds,
            preexec_fn=lambda: _limit(limits),
            env={name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ},
            cwd=_ROOT,
        )
    except subprocess.TimeoutExpired:
        return Inspection(failed="time")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return Inspection(failed="crash")
    if failed := answer.pop("failed", None):
        return Inspection(failed=failed)
    return Inspection(answer, answer.pop("refused", None), answer.pop("page", None))


def _limit(limits: Limits) -> None:
    """Set the limits in the new process before its program starts."""
    processor = int(limits.seconds) + 1
    for kind, most in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
