"""Mutation testing of the rules: `make mutation` makes many small changes to each rule and counts those that a pure test detects.

It prints the score of each room and every undetected change. The exit code is 1 if the total score is below the minimum.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

LEAST = 90
SURVIVED, NOT_TESTED, UNSURE = 0, 33, 34  # mutmut's own exit codes
FOLDER = Path("mutants")


def main(names: list[str]) -> int:
    """Run mutmut on the rules, or on the changes that these names select, and return the exit code."""
    subprocess.run([str(Path(sys.executable).with_name("mutmut")), "run", *names], check=False)
    rooms: dict[str, Counter[bool]] = {}
    missed = []
    for file in sorted(FOLDER.rglob("*.meta")):
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            if code is not None:
                is_noticed = code not in (SURVIVED, NOT_TESTED, UNSURE)
                rooms.setdefault(name.split(".x")[0], Counter())[is_noticed] += 1
                missed += [] if is_noticed else [name]
    for name in missed:
        print(f"not noticed: {name}   (mutmut show {name})")
    for room, found in rooms.items():
        print(f"{room:28} {_score(found):6.1f} %  of {found.total()}")
    every = sum(rooms.values(), Counter())
    print(f"{'all rules':28} {_score(every):6.1f} %  of {every.total()}; at least {LEAST} % are asked for")
    return 0 if _score(every) >= LEAST else 1


def _score(found: "Counter[bool]") -> float:
    return 100 * found[True] / max(found.total(), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
