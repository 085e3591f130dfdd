"""Prune: remove everything from an environment that the program does not need to run, such as the tools of its tests.

Run `python scripts/prune.py` in the image's own environment, in which the program is installed.
"""

import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions

from packaging.requirements import Requirement

KEPT = "jamsos"


def unneeded(installed: dict[str, Distribution], kept: str = KEPT) -> list[str]:
    """Return the names of distributions that no distribution reachable from `kept` requires."""
    reached: set[tuple[str, str]] = set()
    waiting = [(kept, "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in reached or name not in installed:
            continue
        reached.add((name, extra))
        for line in installed[name].requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(plain(wanted.name), each) for each in ("", *wanted.extras)]
    return sorted(installed.keys() - {name for name, _ in reached})


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    installed = {plain(each.metadata["Name"]): each for each in distributions()}
    names = unneeded(installed)
    last = [name for name in names if name == "pip"]  # pip removes the others, and then itself
    for some in ([name for name in names if name not in last], last):
        if some:
            subprocess.run([sys.executable, "-m", "pip", "uninstall", "--yes", "--quiet", *some], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
