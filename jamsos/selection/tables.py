"""Selection tables: the criteria as versioned documents, runs with their manifests, and every candidate of a run."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.data_classes import GENERAL, OFFICIAL, OPEN, PSEUDONYM, SECRET, VULNERABILITY
from jamsos.db import belongs_to, choice, code, day, identity, instant, metadata, month, owned, owner, rupiah, text_
from jamsos.ledger.rules import FundKind
from jamsos.ledger.tables import funds
from jamsos.people.tables import people
from jamsos.selection.rules import Outcome, Reason
from jamsos.sql_files import sql_statements
from jamsos.worker_groups import Group

criteria = Table(
    "criteria",
    metadata,
    identity(),
    *owned(),
    code("code", info=OPEN),
    Column("version", Integer, nullable=False, info=OPEN),
    Column("document", JSONB, nullable=False, info=OPEN),
    Column("document_sha256", LargeBinary, nullable=False, info=OPEN),
    instant("created_at"),
    UniqueConstraint("office_code", "code", "version"),
    info={"grows": True},
)

selection_runs = Table(
    "selection_runs",
    metadata,
    identity(),
    *owned(),
    Column("year", SmallInteger, nullable=False, info=OPEN),
    *belongs_to("criteria_id", criteria),
    *belongs_to("fund_id", funds, nullable=True),
    rupiah("ceiling", info=OPEN),
    Column("headcount", Integer, info=OPEN),
    month("month_from", info=OPEN),
    month("month_to", info=OPEN),
    day("as_of", info=OPEN),
    rupiah("rate", info=OPEN),  # the first month's rate; rates may differ by month, so worker_cost is stored beside it
    rupiah("worker_cost", info=OPEN),
    choice("fund_kind", FundKind, nullable=True, info=OPEN),
    Column("candidates", Integer, nullable=False, info=OPEN),
    Column("eligible", Integer, nullable=False, info=OPEN),
    Column("chosen", Integer, nullable=False, info=OPEN),
    rupiah("cost", info=OPEN),
    Column("inputs_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    text_("run_by", info=OFFICIAL),
    instant("run_at"),
    # as known to the run, because the rules of the fund may have changed since
    code("fund_groups", nullable=True, info=OPEN),
    # terms, figures and hashes in one document, whose hash the approvals name; the oldest runs have none
    Column("manifest", JSONB, info=OPEN),
    Column("manifest_sha256", LargeBinary, info=OPEN),
    CheckConstraint("(manifest is null) = (manifest_sha256 is null)", name="manifest"),
    info={"grows": True, "umbrella": "office_code"},
)

# The inputs of a run as columns (Parquet), so that the run can be recomputed after the people have changed.
selection_inputs = Table(
    "selection_inputs",
    metadata,
    Column("run_id", BigInteger, primary_key=True),
    Column("first_person_id", BigInteger, primary_key=True, info=PSEUDONYM),
    Column("last_person_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("content", LargeBinary, nullable=False, info=SECRET),
    owner(),
    ForeignKeyConstraint(["office_code", "run_id"], [selection_runs.c.office_code, selection_runs.c.id]),
    info={"grows": True, "sight": "office_code"},
)


_RESIDENTS = sql_statements(__file__, "residents")


# The trigger below checks a million candidates against people and runs at once. Foreign keys check one row at a time,
# which took longer than the rest of a run. The keys are still declared, because the API derives its relations from
# them.
def _declared(column: str, referred: Column[int]) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [referred]).ddl_if(callable_=lambda *_, **__: False)


_CANDIDATES = sql_statements(__file__, "candidates_are_people")

selection_candidates = Table(
    "selection_candidates",
    metadata,
    Column("run_id", BigInteger, nullable=False, info=GENERAL),
    Column("person_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("rank", Integer, info=GENERAL),
    Column("score", Integer, nullable=False, info=VULNERABILITY),
    Column("score_parts", JSONB, nullable=False, info=VULNERABILITY),
    choice("outcome", Outcome, info=GENERAL),
    choice("reason", Reason, info=GENERAL),
    Column("distance", Integer, info=GENERAL),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    Column("decile", SmallInteger, info=VULNERABILITY),
    code("village_code", nullable=True, info=GENERAL),
    _declared("run_id", selection_runs.c.id),
    _declared("person_id", people.c.id),
    PrimaryKeyConstraint("person_id", "run_id"),  # the person first, so that queries by person need no extra index
    Index("selection_candidates_run_id_rank_idx", "run_id", "rank"),
    info={"grows": True, "sight": "village_code", "also": (*_CANDIDATES, *_RESIDENTS)},
)
