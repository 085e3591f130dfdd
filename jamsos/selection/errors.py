"""Errors: the refusals of selection, each with a stable code."""

from collections.abc import Mapping, Sequence
from typing import Any

from jamsos import messages
from jamsos.errors import JamsosError


class CriteriaWrong(JamsosError):
    """The criteria are invalid. `wrong` lists each mistake: its key in the document, the sentence's catalogue key, and the values."""

    def __init__(self, file: object, wrong: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
        super().__init__(file=file, criterion=", ".join(place for place, _, _ in wrong))
        self.wrong = wrong

    def sentence(self, language: messages.Language = "en") -> str:
        said = [f"{place}: {messages.say(key, language, **fields)}" for place, key, fields in self.wrong]
        return messages.say(self.code, language, file=self.fields["file"], wrong="; ".join(said))


class CriteriaKnown(JamsosError):
    """Another document is stored under the same code and version."""


class TermsWrong(JamsosError):
    """The terms of a selection contradict themselves."""


class CeilingTooLow(JamsosError): ...


class NobodyToChoose(JamsosError): ...


class NobodyKnownThen(JamsosError):
    """The selection is as of a past day, on which no person of the region was known."""


class HandoutWrong(JamsosError):
    """A file of an audit bundle cannot be read back."""


class RunBroken(JamsosError):
    """A stored list does not match its manifest."""
