"""Commands as processes that start at once: each is forked from a process with the imported libraries.

`python -m cli` takes four seconds of a core before it reads its first argument. The process here imports the slow libraries and
reads no setting, then forks for each command. The child gets its arguments and environment, imports the commands and runs them.
"""

import atexit
import gc
import importlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from api.mutations import Mutation
from api.schema.build import build_schema

ROOT = Path(__file__).parents[1]


def run(*arguments: str, env: dict[str, str], cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `jamsos` with these arguments and only this environment."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        asked = {"arguments": arguments, "env": env, "cwd": str(cwd or Path.cwd()), "out": str(out), "err": str(err)}
        parent = _parent()
        assert parent.stdin and parent.stdout
        parent.stdin.write(json.dumps(asked) + "\n")
        parent.stdin.flush()
        code = int(parent.stdout.readline())
        return subprocess.CompletedProcess(list(arguments), code, out.read_text(), err.read_text())


@cache
def _parent() -> "subprocess.Popen[str]":
    settings = {key: value for key, value in os.environ.items() if not key.startswith(("JAMSOS_", "COLUMNS"))}
    command = [sys.executable, "-m", "tests.commands"]
    env = settings | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(parent.kill)
    return parent


def _serve() -> None:
    """Fork for each line; return the child's exit code."""
    _import()
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _import() -> None:
    """Import what takes long and reads no setting; the commands choose their language while they are imported."""
    for name in ("api.http.app", "reports.printing", "warehouse.build"):
        importlib.import_module(name)
    build_schema(Mutation)
    assert not [name for name in sys.modules if name.partition(".")[0] == "cli"]
    gc.collect()
    gc.freeze()


def _become(asked: dict[str, Any]) -> NoReturn:
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    for target, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked["out"], os.O_WRONLY | os.O_CREAT),
        (2, asked["err"], os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(path, flags), target)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.argv = ["jamsos", *asked["arguments"]]
    try:
        importlib.import_module("cli.main").main(asked["arguments"])
    except SystemExit as end:
        _end(end.code)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        _end(1)
    raise AssertionError("a command ends its process")


def _end(code: object) -> NoReturn:
    """End as Python does, without taking apart what was imported."""
    if isinstance(code, str):
        print(code, file=sys.stderr)  # noqa: T201
    atexit._run_exitfuncs()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1 if code else 0)


if __name__ == "__main__":
    _serve()
