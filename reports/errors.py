"""Errors: the refusals of the reports, each with a stable code."""

from jamsos.errors import JamsosError


class OfficeFileWrong(JamsosError): ...


class YearUnknown(JamsosError): ...


class FolderUnwritable(JamsosError): ...


class ReportWithoutFigures(JamsosError): ...
