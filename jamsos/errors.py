"""Errors: the base of every refusal, the refusals that several rooms share, and the list of all of them.

Each room, and each package that serves the programme, declares its own refusals in its `errors.py`.

The code is the class's name in capitals (`BudgetExceeded` → `BUDGET_EXCEEDED`). The sentences have that code as their
key in the `messages.toml` of the room. Fields of the constructor fill the sentence. They may contain file names, line
numbers, field names, decree and billing numbers, counts and rupiah. They never contain a NIK, a name, a birth date or
an address (UU 27/2022).
"""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from jamsos import messages


class JamsosError(Exception):
    """A refused act. Nothing has changed; `sentence()` names the fault and the remedy."""

    code: ClassVar[str] = "JAMSOS_ERROR"
    # the request repeats a file, number or document that is recorded already
    is_repetition: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).upper()

    place: tuple[str, int] | None = None

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(fields)

    def at(self, file: str, line: int) -> Self:
        """Return the same refusal with the file and line of the request."""
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
    """An environment variable is missing or unusable."""


class ColumnUnclassed(JamsosError):
    """A column of a table has no data class."""


class KeyTellsMasked(JamsosError):
    """An id or a relation would disclose a masked value."""


class SealKeyMissing(JamsosError): ...


class SealKeyWrong(JamsosError):
    """The keys at `path` are unreadable, or, without a path, the keys do not unseal the values of the database."""

    def sentence(self, language: messages.Language = "en") -> str:
        return super().sentence(language) if self.fields["path"] else messages.say("seal.does_not_open", language)


class SealKeyOld(JamsosError):
    """The database contains values of a newer key than the available keys."""


class SealKeyExists(JamsosError): ...


class SealKeyNeeded(JamsosError):
    """Sealed values need a key, so it cannot be dropped, or replaced without a newer key."""


class SealKeysInEnvironment(JamsosError):
    """The keys come from the environment, so a command cannot change them."""


class SealRotationUnfinished(JamsosError):
    """The newest key is not the one of the sealed values, so equal values would get different seals."""


class FileMissing(JamsosError): ...


class FolderMissing(JamsosError):
    """The folder of a file to write does not exist."""


class SheetFormUnknown(JamsosError):
    """The name of a file to write does not end in .csv or .xlsx."""


class FileEmpty(JamsosError): ...


class FileNotCsv(JamsosError):
    """The file is not UTF-8 text, or has no rows and columns."""


class FileKnown(JamsosError):
    """The same bytes were read before."""

    is_repetition = True


class HeaderMissing(JamsosError): ...


class LineWrong(JamsosError):
    """A line of a file is unusable. `wish` is the catalogue key of the expected value, `known` the words of a closed list."""

    def __init__(self, *, known: str = "", **fields: Any) -> None:
        super().__init__(known=known, **fields)


class LinesWrong(JamsosError):
    """Several lines of a file are unusable; the sentence names each of the first fifty."""

    SHOWN: ClassVar[int] = 50

    def __init__(self, wrong: Sequence[LineWrong]) -> None:
        self.wrong = list(wrong)
        super().__init__(file=wrong[0].fields["file"], count=len(wrong))

    def sentence(self, language: messages.Language = "en") -> str:
        each = "\n".join(refusal.sentence(language) for refusal in self.wrong[: self.SHOWN])
        return f"{super().sentence(language)}\n{each}"


class ArchiveAmbiguous(JamsosError):
    """A ZIP archive contains no file, or several, of which the user must choose one."""


class FileTooLarge(JamsosError): ...


class DatabaseUnreachable(JamsosError): ...


class DatabaseTooOld(JamsosError): ...


class DatabaseVersionUnknown(JamsosError):
    """A version of the program that this one does not know made the database's tables."""


class QueryTooSlow(JamsosError):
    """The database stopped a statement at the time limit."""


class MonthMalformed(JamsosError): ...


class DateMalformed(JamsosError): ...


class DateOutOfRange(DateMalformed):
    """A day is outside the centuries that the programme supports."""


class NotFound(JamsosError):
    """The requested number or code does not exist, or lies outside the actor's sight. `which` is "-" for a secret."""

    def sentence(self, language: messages.Language = "en") -> str:
        if self.fields["which"] == "-":
            return messages.say("not_found.secret", language, what=self.fields["what"])
        return super().sentence(language)


class OutsideSight(JamsosError):
    """The database refused to write a row outside the actor's region."""


class DiskFull(JamsosError):
    """The disk of the database or of this machine is full. Nothing was changed."""


class TryAgain(JamsosError):
    """Two transactions conflicted. This one changed nothing."""


class TooManyRequests(JamsosError): ...


class TextMalformed(JamsosError):
    """A text contains characters that the database cannot store."""


class ValueOutOfRange(JamsosError):
    """A number or a day is outside the range of every column."""


class WarehouseMissing(JamsosError): ...


class LibraryMissing(JamsosError): ...
