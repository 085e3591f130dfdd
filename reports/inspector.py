"""Inspector: the process that `reports.sandbox` starts; it reads one question as JSON and answers in JSON."""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from reports.inspection import Refused, appended, compared, differing_lines, read


def answer(question: dict[str, Any]) -> dict[str, Any]:
    content = Path(question["file"]).read_bytes()
    try:
        match question["ask"]:
            case "appended":
                return appended(content, question["length"], [tuple(each) for each in question["spaces"]])
            case "compared":
                return {"differences": compared(content, Path(question["original"]).read_bytes())}
            case "lines":
                return {"lines": differing_lines(content, question["headers"], question["rows"])}
            case "reprinted":
                from reports.reprinting import reprinted

                return reprinted(content)
            case _:
                return read(content)
    except Refused as refused:
        return {"refused": refused.reason, "page": refused.page}
    except MemoryError:
        return {"failed": "memory"}
    except (Exception, RecursionError) as wrong:  # an untrusted file may cause any exception in a library
        name = type(wrong).__name__
        return {"refused": "changed"} if name == "SuspiciousModification" else {"failed": name}


def main() -> None:
    logging.disable(logging.CRITICAL)
    said, sys.stdout = sys.stdout, sys.stderr
    json.dump(answer(json.load(sys.stdin)), said)
    said.flush()
    os._exit(0)  # exit at once: a library's exit handlers could wait, or print


if __name__ == "__main__":
    main()
