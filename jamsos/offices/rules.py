"""Office rules: the kind of an office, by the region whose code it has."""

from enum import StrEnum


class OfficeKind(StrEnum):
    regency = "regency"
    province = "province"
    ministry = "ministry"


def kind_of(region_code: str) -> OfficeKind | None:
    """Return the kind of a region's office; None where a region of that level has no office."""
    if region_code == "ID":
        return OfficeKind.ministry
    return {0: OfficeKind.province, 1: OfficeKind.regency}.get(region_code.count("."))
