"""Region rules: the meaning of a Kemendagri code (Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025)."""

import re
from collections.abc import Mapping
from enum import StrEnum

COUNTRY = ("0", "~")


class VillageKind(StrEnum):
    """The kind of a village, by the first digit of the code's fourth part: 1, 2 or 3."""

    kelurahan = "kelurahan"
    desa = "desa"
    desa_adat = "desa_adat"


def village_kind(code: str) -> VillageKind:
    return {"1": VillageKind.kelurahan, "2": VillageKind.desa, "3": VillageKind.desa_adat}[code.split(".")[3][0]]


def sight_of(region_code: str | None) -> tuple[str, str]:
    """Return the range of codes that a region sees: (from, to). No region sees nothing; `ID` sees the country."""
    if region_code == "ID":
        return COUNTRY
    return (region_code, f"{region_code}~") if region_code else ("~", "~")


def name_key(name: str) -> str:
    """Return a name for comparison: without case, apostrophes, spaces, and the word for its level.

    `Golo Ru'u`, `GOLO RUU`, `Ds.Golo Ruu` and `Desa Golo Ru`u` are one village.
    """
    bare = re.sub(
        r"^((desa|kelurahan|kel|ds|dsa|kecamatan|kec|kabupaten|kab|provinsi|prov)(\s*+[.:/]\s*+|\s++))+",
        "",
        name.strip().lower(),
    )
    return re.sub(r"[^a-z0-9]", "", bare)


def named(code: str, names: Mapping[str, str]) -> str:
    """Return code and name, such as `53.15 Kabupaten Manggarai Barat`; the code alone for an unknown name."""
    return f"{code} {names.get(code, '')}".strip()
