"""Errors: the refusals of registry, each with a stable code."""

from jamsos.errors import JamsosError


class ExtractFormUnknown(JamsosError): ...


class ExtractEmpty(JamsosError): ...


class ExtractTruncated(JamsosError): ...


class ExtractNotText(JamsosError): ...


class ExtractQuoteOpen(JamsosError):
    """A cell opens a quotation mark and never closes it."""


class ExtractLocked(JamsosError): ...


class ExtractTooLarge(JamsosError):
    """An unpacked workbook would need more memory than the limit."""


class ExtractUncomputed(JamsosError):
    """A cell contains a formula without its result."""


class ExtractChanged(JamsosError):
    """The file changed while it was read, so it is unclear which version was meant."""


class ExtractAhead(JamsosError):
    """The register's day is in the future. Until then its facts would take precedence over all others."""


class ExtractSheetsMany(JamsosError):
    """More than one sheet of a workbook contains a register, and the office must choose one."""


class ExtractIsOfFamilies(JamsosError):
    """The file has one row per family, so it does not distinguish workers from heads of household."""


class HeaderUnknown(JamsosError): ...


class ExtractColumnsMissing(JamsosError): ...


class ExtractKnown(JamsosError):
    """The same bytes were loaded before."""

    is_repetition = True


class ExtractAllRejected(JamsosError): ...


class SourceNeeded(JamsosError):
    """The file does not determine its register; only a repair workbook does."""


class RepairMarkerLost(JamsosError):
    """A workbook has the keys of a repair, but its hidden sheet, which names the load, is missing."""


class RepairColumnsLost(JamsosError):
    """A repair workbook lacks the hidden column with the keys."""


class RepairUnchanged(JamsosError):
    """No row of a repair workbook differs from the row sent out."""


class RepairNothing(JamsosError):
    """The load has no row that this region's office could repair."""


class LayoutWrong(JamsosError):
    """A layout file is invalid; `part` names the wrong part, `why` is the catalogue key of the expected value."""


class LayoutUnknown(JamsosError): ...


class LayoutKept(JamsosError):
    """The same layout is already stored."""

    is_repetition = True


class ExtractVillageNeeded(JamsosError):
    """A file of a single village does not name the village, so the officer must."""


class ExtractAddsFacts(JamsosError):
    """The file has facts of known families or persons, and another command reads such files."""


class ExtractAddsNothing(JamsosError):
    """The command needs facts about known people, but the file is a register, or a list without a matching layout."""


class ExtractReadWrong(JamsosError):
    """Most rows contradict their own NIK as read, and agree when read the other way. So the reading is wrong, not the people."""


class ExtractElsewhere(JamsosError):
    """Most rows belong to another regency."""


class LayoutVersionOld(JamsosError):
    """Another text is stored for that layout and version. The text of a version never changes, because loads refer to it."""
