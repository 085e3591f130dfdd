"""Registry tables: loads, the received file (sealed), its usable rows, and the rejected rows with their reasons."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.data_classes import CONTACT, GENERAL, IDENTITY, OFFICIAL, OPEN, SECRET, VULNERABILITY
from jamsos.db import choice, code, day, identity, instant, metadata, month, owned, sealed, text_
from jamsos.regions.tables import village_aliases, villages
from jamsos.registry.rules import (
    Defect,
    Disability,
    MaritalStatus,
    Occupation,
    Presence,
    Relation,
    Sex,
    Source,
    Treatment,
    treatment,
)
from jamsos.sql_files import sql_file, sql_statements

# Sets of rows are checked against their load and village (arrivals.sql): a foreign key on each row costs more than the row itself.
_ARRIVALS = sql_statements(__file__, "arrivals")


# The layouts that read files, word for word, and those that the office added. A new text is a new version.
registry_layouts = Table(
    "registry_layouts",
    metadata,
    identity(),
    code("name", info=OPEN),
    Column("version", Integer, nullable=False, info=OPEN),
    text_("content", info=OPEN),
    Column("content_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("is_own", Boolean, nullable=False, info=OPEN),
    text_("recorded_by", info=OFFICIAL),
    instant("recorded_at"),
    UniqueConstraint("name", "version"),
    info={"grows": True},
)

registry_loads = Table(
    "registry_loads",
    metadata,
    identity(),
    *owned(),
    choice("source", Source, info=OPEN),
    day("as_of", info=OPEN),
    text_("file_name", info=OPEN),
    Column("file_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("byte_size", BigInteger, nullable=False, info=OPEN),
    text_("sheet", nullable=True, info=OPEN),
    Column("header_line", Integer, nullable=False, info=OPEN),
    Column("columns", JSONB, nullable=False, info=OPEN),
    Column("layout_id", BigInteger, ForeignKey(registry_layouts.c.id), index=True, info=OPEN),
    # the officer's instructions for reading the file
    Column("reading", JSONB, nullable=False, server_default="{}", info=OPEN),
    Column("unread", JSONB, nullable=False, server_default="[]", info=OPEN),
    Column("rows_received", Integer, nullable=False, info=OPEN),
    Column("rows_kept", Integer, nullable=False, info=OPEN),
    Column("rows_rejected", Integer, nullable=False, info=OPEN),
    text_("loaded_by", info=OFFICIAL),
    instant("loaded_at"),
    UniqueConstraint("office_code", "file_sha256"),
    info={"grows": True, "sight": "office_code", "times": "loaded_at"},
)

# The file exactly as received, compressed and sealed in parts.
registry_parts = Table(
    "registry_parts",
    metadata,
    Column("load_id", BigInteger, ForeignKey(registry_loads.c.id), primary_key=True),
    Column("part", Integer, primary_key=True, info=OPEN),
    sealed("content_sealed", "file", nullable=False, info=SECRET),
    info={"grows": True, "within": "load_id"},
)

registry_rows = Table(
    "registry_rows",
    metadata,
    identity(),
    Column("load_id", BigInteger, ForeignKey(registry_loads.c.id), nullable=False),
    Column("line", Integer, nullable=False, info=GENERAL),
    sealed("nik_sealed", "nik", info=IDENTITY),
    sealed("kk_sealed", "kk", info=IDENTITY),
    sealed("phone_sealed", "phone", info=CONTACT),
    # where there is no KK number, the register's own number of the family; some registers use the KK number for it
    sealed("household_sealed", "kk", info=IDENTITY),
    text_("full_name", info=IDENTITY),
    code("name_key", info=SECRET),
    choice("sex", Sex, nullable=True, info=GENERAL),
    text_("birth_place", nullable=True, info=IDENTITY),
    day("birth_date", nullable=True, info=IDENTITY),
    text_("address", nullable=True, info=CONTACT),
    code("village_code", ForeignKey(villages.c.code), nullable=True, info=GENERAL),
    text_("occupation_text", nullable=True, info=GENERAL),
    choice("occupation", Occupation, nullable=True, info=GENERAL),
    choice("relation", Relation, nullable=True, info=GENERAL),
    choice("marital_status", MaritalStatus, nullable=True, info=VULNERABILITY),
    choice("disability", Disability, nullable=True, info=VULNERABILITY),
    Column("decile", SmallInteger, info=VULNERABILITY),
    Column("is_dukcapil_matched", Boolean, info=GENERAL),
    choice("presence", Presence, nullable=True, info=GENERAL),
    # the aid programme that the person receives, according to a list
    text_("programme", nullable=True, info=VULNERABILITY),
    month("paid_from", nullable=True, info=GENERAL),
    month("paid_to", nullable=True, info=GENERAL),
    code("membership_number", nullable=True, info=IDENTITY),
    Column("warnings", ARRAY(Text), nullable=False, server_default="{}", info=GENERAL),
    UniqueConstraint("load_id", "line"),
    # queries find rows by NIK and KK through their person; an index on them would cost as much as everything else
    Index(
        "registry_rows_household_sealed_idx", "household_sealed", postgresql_where=text("household_sealed is not null")
    ),
    Index("registry_rows_village_code_idx", "village_code"),
    info={"grows": True, "sight": "village_code", "also": _ARRIVALS},
)
for constraint in registry_rows.foreign_key_constraints:
    constraint.ddl_if(callable_=lambda *_, **__: False)

# One per statement that inserted rows: at commit its load must exist with as many rows.
registry_arrivals = Table(
    "registry_arrivals",
    metadata,
    identity(),
    Column(
        "load_id",
        BigInteger,
        ForeignKey(registry_loads.c.id, deferrable=True, initially="DEFERRED"),
        nullable=False,
        index=True,
    ),
    Column("rows_kept", Integer, nullable=False, info=OPEN),
    info={"grows": True, "within": "load_id"},
)

registry_rejects = Table(
    "registry_rejects",
    metadata,
    identity(),
    Column(
        "load_id", BigInteger, ForeignKey(registry_loads.c.id, deferrable=True, initially="DEFERRED"), nullable=False
    ),
    Column("line", Integer, nullable=False, info=GENERAL),
    code("reason", info=GENERAL),
    text_("field", nullable=True, info=GENERAL),
    code("village_code", nullable=True, info=GENERAL),
    Index("registry_rejects_load_id_line_idx", "load_id", "line"),
    info={"grows": True, "sight": "village_code"},
)

# A row from a repair workbook that replaces an earlier one. The earlier row stays as received but is not used any more:
# matching excludes each row whose load_id and line are in repaired_load_id and repaired_line. A row is repaired only
# once; a repair can itself be repaired.
registry_repairs = Table(
    "registry_repairs",
    metadata,
    identity(),
    Column("load_id", BigInteger, nullable=False, info=GENERAL),
    Column("line", Integer, nullable=False, info=GENERAL),
    Column("repaired_load_id", BigInteger, ForeignKey(registry_loads.c.id), nullable=False),
    Column("repaired_line", Integer, nullable=False, info=GENERAL),
    code("village_code", ForeignKey(villages.c.code), info=GENERAL),
    ForeignKeyConstraint(["load_id", "line"], [registry_rows.c.load_id, registry_rows.c.line]),
    UniqueConstraint("load_id", "line"),
    UniqueConstraint("repaired_load_id", "repaired_line"),
    info={"grows": True, "sight": "village_code"},
)

# The office's aliases that located villages, with the number of usable rows.
registry_alias_uses = Table(
    "registry_alias_uses",
    metadata,
    Column("load_id", BigInteger, ForeignKey(registry_loads.c.id), primary_key=True),
    Column("alias_id", BigInteger, ForeignKey(village_aliases.c.id), primary_key=True),
    Column("row_count", Integer, nullable=False, info=OPEN),
    info={"grows": True, "within": "load_id"},
)

_CLEANED = ", ".join(f"'{defect}'" for defect in Defect if treatment(defect) is Treatment.cleaned)

# Every row counts once for each of its defects. The view has line numbers but no personal data.
registry_defects = Table(
    "registry_defects",
    metadata,
    Column("load_id", BigInteger, ForeignKey(registry_loads.c.id), primary_key=True),
    Column("village_code", Text(collation="C"), primary_key=True, info=OPEN),
    Column("defect", Text(collation="C"), primary_key=True, info=OPEN | {"choices": Defect}),
    Column("treatment", Text, nullable=False, info=OPEN | {"choices": Treatment}),
    Column("row_count", Integer, nullable=False, info=OPEN),
    Column("sample_lines", ARRAY(Integer), nullable=False, info=OPEN),
    info={
        "view": sql_file(
            __file__,
            "registry_defects",
            defects_cleaned=_CLEANED,
            quarantined=Treatment.quarantined,
            cleaned=Treatment.cleaned,
            warned=Treatment.warned,
        )
    },
)
