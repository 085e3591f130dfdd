"""Reads docs/api.md: its requests and their documented results."""

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"```(http|sh)\n(.*?)```\n```(json|csv)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """`kind` is `http` or `sh`; `answer` is the documented text."""

    kind: str
    text: str
    answer: str

    @property
    def method(self):
        return self.text.split()[0]

    @property
    def path(self):
        return self.text.split("\n")[0].split(" ", 1)[1]

    @property
    def headers(self):
        return dict(line.split(": ", 1) for line in self.text.split("\n\n")[0].strip().split("\n")[1:])

    @property
    def body(self):
        return self.text.split("\n\n", 1)[1] if "\n\n" in self.text else ""


def examples(document):
    return [Example(kind, text, answer) for kind, text, _, answer in _BLOCK.findall(document)]


def is_like(shown, given):
    """Return whether both are equal, with `…` in a documented text for any text."""
    if isinstance(shown, dict) and isinstance(given, dict):
        return shown.keys() == given.keys() and all(is_like(shown[key], given[key]) for key in shown)
    if isinstance(shown, list) and isinstance(given, list):
        return len(shown) == len(given) and all(map(is_like, shown, given))
    if isinstance(shown, str) and isinstance(given, str) and "…" in shown:
        return re.fullmatch(re.escape(shown).replace("…", ".+"), given) is not None
    return shown == given
