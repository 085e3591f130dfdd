"""Errors: the refusals of registry, each with a stable code."""

from jamsos.errors import JamsosError


class ExtractFormUnknown(JamsosError): ...


class ExtractEmpty(JamsosError): ...


class ExtractTruncated(JamsosError): ...


class ExtractNotText(JamsosError): ...


class ExtractQuoteOpen(JamsosError):
    """A quotation mark is opened in a cell and never closed."""


class ExtractLocked(JamsosError): ...


class ExtractTooLarge(JamsosError):
    """A workbook that would take more memory than there is, once it is unpacked."""


class ExtractUncomputed(JamsosError):
    """A cell holds a formula and not what comes of it."""


class ExtractChanged(JamsosError):
    """The file was written to while it was read; which of the two was meant, nobody can say."""


class ExtractAhead(JamsosError):
    """The register would speak of a day that is still to come, and its facts would stand before all others until then."""


class ExtractSheetsMany(JamsosError):
    """More than one sheet of a workbook holds the register; which are meant is for the office to say."""


class ExtractIsOfFamilies(JamsosError):
    """One row per family; workers cannot be told from their heads of household."""


class HeaderUnknown(JamsosError): ...


class ExtractColumnsMissing(JamsosError): ...


class ExtractKnown(JamsosError):
    """The same bytes were loaded before."""

    is_repetition = True


class ExtractAllRejected(JamsosError): ...


class SourceNeeded(JamsosError):
    """A register's file does not say which register it is of; only a repair workbook does."""


class RepairMarkerLost(JamsosError):
    """A workbook with the keys of a repair but without the hidden sheet that says whose repair it is."""


class RepairColumnsLost(JamsosError):
    """The hidden column with the keys was taken out of a repair workbook."""


class RepairUnchanged(JamsosError):
    """No row of a repair workbook says anything else than before."""


class RepairNothing(JamsosError):
    """A load has no row that this place's office could mend."""


class LayoutWrong(JamsosError):
    """A layout's file cannot be used; `part` names what is wrong in it, `why` is the catalogue's key of what was expected."""


class LayoutUnknown(JamsosError): ...


class LayoutKept(JamsosError):
    """The same layout is kept already."""

    is_repetition = True


class ExtractVillageNeeded(JamsosError):
    """A file that is one village's does not say which; the officer says it once."""


class ExtractAddsFacts(JamsosError):
    """A file that tells facts of families or persons who are known already is read by another command."""


class ExtractAddsNothing(JamsosError):
    """A register, or a list that no layout of facts fits, where facts about known people were expected."""


class ExtractReadWrong(JamsosError):
    """Most rows contradict their own NIK as the file is read, and fit it read the other way: the file is read wrong, not the people."""


class ExtractElsewhere(JamsosError):
    """Most rows are of another regency."""


class LayoutVersionOld(JamsosError):
    """A layout of that name and version has another text: what a load was read by never changes."""
