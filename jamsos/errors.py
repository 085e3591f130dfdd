"""Errors: the base of every refusal, the refusals that several rooms share, and the list of all of them.

Each room, and each package that serves the programme, declares its own refusals in its `errors.py`.

The code is the class's name in capitals (`BudgetExceeded` → `BUDGET_EXCEEDED`); the sentences stand under that code
in the `messages.toml` of the room that refuses. Fields given to the constructor fill the sentence, so they may hold
file names, line numbers, field names, decree and billing numbers, counts and rupiah: never a NIK, a name, a birth
date or an address (UU 27/2022).
"""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from jamsos import messages


class JamsosError(Exception):
    """A refused act. Nothing has changed; `sentence()` says what is wrong and what to do."""

    code: ClassVar[str] = "JAMSOS_ERROR"
    # the same file, number or document again: what was asked for stands already
    is_repetition: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).upper()

    place: tuple[str, int] | None = None

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(fields)

    def at(self, file: str, line: int) -> Self:
        """The same refusal, naming the line of the file that asked for the act."""
        self.place = (file, line)
        return self

    def sentence(self, language: messages.Language = "en") -> str:
        said = messages.say(self.code, language, **self.fields)
        if self.place is None:
            return said
        return messages.say("paper.place", language, file=self.place[0], line=self.place[1], said=said)

    def __str__(self) -> str:
        return self.sentence()


def refusals() -> list[type[JamsosError]]:
    """Return every refusal that any `errors.py` of the installation declares, ordered by code."""
    root = Path(__file__).parents[1]
    for package in messages.PACKAGES:
        for path in (root / package).rglob("errors.py"):
            importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
    return sorted(_descendants(JamsosError), key=lambda kind: kind.code)


def _descendants(kind: type[JamsosError]) -> set[type[JamsosError]]:
    return {kind}.union(*(_descendants(child) for child in kind.__subclasses__()))


class SettingWrong(JamsosError):
    """A value in the environment is missing or cannot be used."""


class ColumnUnclassed(JamsosError):
    """A column of a table that says nothing of the persons it may speak of."""


class KeyTellsMasked(JamsosError):
    """An id or a relation that would show what its mask hides."""


class SealKeyMissing(JamsosError): ...


class SealKeyWrong(JamsosError):
    """Keys that cannot be read, at `path`; without one, keys that do not open what the database holds."""

    def sentence(self, language: messages.Language = "en") -> str:
        return super().sentence(language) if self.fields["path"] else messages.say("seal.does_not_open", language)


class SealKeyOld(JamsosError):
    """The database holds values of a newer key than the keys at hand."""


class SealKeyExists(JamsosError): ...


class SealKeyNeeded(JamsosError):
    """A key cannot be dropped, or replaced without a newer one, while sealed values need it."""


class SealKeysInEnvironment(JamsosError):
    """Keys given by the environment are changed there, not by a command."""


class SealRotationUnfinished(JamsosError):
    """The newest key is not the one that the database is sealed with, so equal values would not be equal."""


class FileMissing(JamsosError): ...


class FolderMissing(JamsosError):
    """A file cannot be written where it should."""


class SheetFormUnknown(JamsosError):
    """A file we should write ends in something else than .csv or .xlsx."""


class FileEmpty(JamsosError): ...


class FileNotCsv(JamsosError):
    """Not text in UTF-8, or not rows and columns."""


class FileKnown(JamsosError):
    """The same bytes were read before."""

    is_repetition = True


class HeaderMissing(JamsosError): ...


class LineWrong(JamsosError):
    """A line of a file cannot be used; `wish` is the catalogue's key of what was expected, `known` the words of a closed list."""

    def __init__(self, *, known: str = "", **fields: Any) -> None:
        super().__init__(known=known, **fields)


class LinesWrong(JamsosError):
    """Several lines of a file cannot be used; the sentence names each of the first fifty."""

    SHOWN: ClassVar[int] = 50

    def __init__(self, wrong: Sequence[LineWrong]) -> None:
        self.wrong = list(wrong)
        super().__init__(file=wrong[0].fields["file"], count=len(wrong))

    def sentence(self, language: messages.Language = "en") -> str:
        each = "\n".join(refusal.sentence(language) for refusal in self.wrong[: self.SHOWN])
        return f"{super().sentence(language)}\n{each}"


class ArchiveAmbiguous(JamsosError):
    """A ZIP archive holds no file, or several of which one must be chosen."""


class FileTooLarge(JamsosError): ...


class DatabaseUnreachable(JamsosError): ...


class DatabaseTooOld(JamsosError): ...


class DatabaseVersionUnknown(JamsosError):
    """The database's tables were made by a version of the program that this one does not know."""


class QueryTooSlow(JamsosError):
    """The database stopped a statement at the time limit."""


class MonthMalformed(JamsosError): ...


class DateMalformed(JamsosError): ...


class DateOutOfRange(DateMalformed):
    """A day outside the centuries that the programme knows."""


class NotFound(JamsosError):
    """A thing asked for by number or code does not exist, or lies outside the asker's sight; `which` "-": what was given is a secret."""

    def sentence(self, language: messages.Language = "en") -> str:
        if self.fields["which"] == "-":
            return messages.say("not_found.secret", language, what=self.fields["what"])
        return super().sentence(language)


class OutsideSight(JamsosError):
    """The database refused to write a row outside the actor's region."""


class DiskFull(JamsosError):
    """There is no room left where the database or this machine writes; nothing was changed."""


class TryAgain(JamsosError):
    """Two acts met; nothing was changed by this one."""


class TooManyRequests(JamsosError): ...


class TextMalformed(JamsosError):
    """Text that no database can hold."""


class ValueOutOfRange(JamsosError):
    """A number or a day that no column can hold."""


class WarehouseMissing(JamsosError): ...


class LibraryMissing(JamsosError): ...
