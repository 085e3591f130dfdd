"""Errors: the refusals of the warehouse, each with a stable code."""

from jamsos.errors import JamsosError


class WarehouseUnready(JamsosError):
    """dbt could not start; contains its reason."""


class WarehouseBusy(JamsosError): ...


class ModelFailed(JamsosError):
    """A view or a mart could not be built."""


class LawBroken(JamsosError):
    """A test of the marts failed."""


class PublicationFailed(JamsosError):
    """The marts were built and not published; what is read has not changed."""


class MartUsed(JamsosError):
    """A mart's columns changed in a way that another view does not allow."""


class MartHeld(JamsosError):
    """A mart's columns changed, and a reader that has not ended its transaction holds it."""


class RowsRepeated(JamsosError):
    """A mart holds the same row twice."""


class InstantAhead(JamsosError):
    """Marts are asked for as of an instant for which facts can still come."""


class InstantTooEarly(JamsosError):
    """Marts are asked for as of an instant before the first fact."""


class InstantMalformed(JamsosError): ...


class LoginMalformed(JamsosError): ...


class LoginTaken(JamsosError):
    """A role of that name is there, and is no analyst's."""


class BuildStopped(KeyboardInterrupt):
    """A signal ended the build; nothing that is read has changed."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)
