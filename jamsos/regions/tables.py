"""Region tables, one per level of the code `pp.kk.cc.dddd`."""

from sqlalchemy import ForeignKey, Table

from jamsos.data_classes import OFFICIAL, OPEN
from jamsos.db import choice, code, identity, instant, metadata, text_
from jamsos.regions.rules import VillageKind

provinces = Table(
    "provinces", metadata, code("code", primary_key=True, info=OPEN), text_("name", info=OPEN), info={"national": True}
)

regencies = Table(
    "regencies",
    metadata,
    code("code", primary_key=True, info=OPEN),
    code("province_code", ForeignKey(provinces.c.code), index=True),
    text_("name", info=OPEN),
    info={"national": True},
)

districts = Table(
    "districts",
    metadata,
    code("code", primary_key=True, info=OPEN),
    code("regency_code", ForeignKey(regencies.c.code), index=True),
    text_("name", info=OPEN),
    info={"national": True},
)

villages = Table(
    "villages",
    metadata,
    code("code", primary_key=True, info=OPEN),
    code("district_code", ForeignKey(districts.c.code), index=True),
    text_("name", info=OPEN),
    choice("kind", VillageKind, info=OPEN),
    info={"national": True},
)

# A regency office's other name for a village, or an old code of it. A later row of the same name replaces the meaning;
# a row without a village ends the alias.
village_aliases = Table(
    "village_aliases",
    metadata,
    identity(),
    code("regency_code", ForeignKey(regencies.c.code)),
    text_("name", info=OPEN),
    text_("district_name", nullable=True, info=OPEN),
    code("village_code", ForeignKey(villages.c.code), nullable=True),
    text_("regulation", nullable=True, info=OPEN),
    text_("recorded_by", info=OFFICIAL),
    instant(),
    info={"grows": True, "sight": "regency_code"},
)
