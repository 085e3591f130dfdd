"""Errors: the refusals of selection, each with a stable code."""

from collections.abc import Mapping, Sequence
from typing import Any

from jamsos import messages
from jamsos.errors import JamsosError


class CriteriaWrong(JamsosError):
    """`wrong`: every mistake as its place in the document, the sentence of the catalogue that tells it, and what fills that one."""

    def __init__(self, file: object, wrong: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
        super().__init__(file=file, criterion=", ".join(place for place, _, _ in wrong))
        self.wrong = wrong

    def sentence(self, language: messages.Language = "en") -> str:
        said = [f"{place}: {messages.say(key, language, **fields)}" for place, key, fields in self.wrong]
        return messages.say(self.code, language, file=self.fields["file"], wrong="; ".join(said))


class CriteriaKnown(JamsosError):
    """Another document stands under the same code and version."""


class TermsWrong(JamsosError):
    """The terms of a selection contradict themselves."""


class CeilingTooLow(JamsosError): ...


class NobodyToChoose(JamsosError): ...


class NobodyKnownThen(JamsosError):
    """A selection on what was known on a past day, before anybody of the region was known."""


class HandoutWrong(JamsosError):
    """A file handed out with a run cannot be read back."""


class RunBroken(JamsosError):
    """A kept list is not the one its manifest names."""
