"""Errors: the refusals of the warehouse, each with a stable code."""

from jamsos.errors import JamsosError


class WarehouseUnready(JamsosError):
    """dbt could not begin; gives its reason."""


class WarehouseBusy(JamsosError): ...


class ModelFailed(JamsosError):
    """A view or a mart could not be built."""


class LawBroken(JamsosError):
    """What must hold in the marts does not."""
