"""People tables: persons and all their versions, their rows, groups, life events, and reviews."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from jamsos.access.tables import officers
from jamsos.data_classes import (
    CONTACT,
    FINANCE,
    GENERAL,
    IDENTITY,
    NARRATIVE,
    OFFICIAL,
    OPEN,
    PSEUDONYM,
    SECRET,
    VULNERABILITY,
    read_as,
)
from jamsos.db import ACROSS, choice, code, day, identity, instant, metadata, month, sealed, text_
from jamsos.people.rules import IdentityEvent, LifeEvent, LikenessLevel, MatchMethod, ReviewKind, Verdict
from jamsos.regions.tables import villages
from jamsos.registry.rules import Disability, MaritalStatus, Occupation, Relation, Sex, Source
from jamsos.registry.tables import registry_rows
from jamsos.sql_files import sql_file, sql_statements
from jamsos.worker_groups import Group


def _facts() -> list[Any]:
    """Return the facts of a person, as the columns that `people` and `person_versions` share."""
    return [
        sealed("nik_sealed", "nik", info=IDENTITY),
        sealed("kk_sealed", "kk", info=IDENTITY),
        sealed("phone_sealed", "phone", info=CONTACT),
        sealed("bank_account_sealed", "account", info=FINANCE),
        text_("full_name", info=IDENTITY),
        code("name_key", nullable=True, info=SECRET),
        choice("sex", Sex, nullable=True, info=GENERAL),
        text_("birth_place", nullable=True, info=IDENTITY),
        day("birth_date", nullable=True, info=IDENTITY | read_as("age_band")),
        text_("address", nullable=True, info=CONTACT),
        code("village_code", ForeignKey(villages.c.code), nullable=True, info=GENERAL),
        choice("occupation", Occupation, nullable=True, info=GENERAL),
        choice("relation", Relation, nullable=True, info=GENERAL),
        choice("marital_status", MaritalStatus, nullable=True, info=VULNERABILITY),
        choice("disability", Disability, nullable=True, info=VULNERABILITY),
        Column("decile", SmallInteger, info=VULNERABILITY),
        choice("decile_source", Source, nullable=True, info=GENERAL),
        day("decile_as_of", nullable=True, info=GENERAL),
        Column("is_dukcapil_matched", Boolean, info=GENERAL),
        # another payer covers the person in these months
        month("other_payer_from", nullable=True, info=GENERAL),
        month("other_payer_to", nullable=True, info=GENERAL),
    ]


FACTS = [column.name for column in _facts()]
_TRIGGERS = sql_statements(__file__, "versions", facts=", ".join(FACTS))

people = Table(
    "people",
    metadata,
    identity(info=PSEUDONYM),
    *_facts(),
    Column("version", Integer, nullable=False, server_default="1", info=GENERAL),
    instant("updated_at"),
    # a merged id refers to the surviving one, always directly
    Column("merged_into_id", BigInteger, ForeignKey("programme.people.id")),
    Index("people_merged_into_id_idx", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
    Index("people_nik_sealed_key", "nik_sealed", unique=True),
    Index("people_kk_sealed_idx", "kk_sealed"),
    # with the id, so that the first page of a village needs no read of the whole village
    Index("people_village_code_id_idx", "village_code", "id"),
    Index("people_name_key_birth_date_idx", "name_key", "birth_date"),
    info={"sight": "village_code", "also": _TRIGGERS},
)

person_versions = Table(
    "person_versions",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id), primary_key=True),
    *_facts(),
    Column("version", Integer, primary_key=True, info=GENERAL),
    instant("recorded_at"),
    info={"grows": True, "sight": "village_code"},
)

_ADDED_UP = sql_statements(__file__, "person_sums")

person_sums = Table(
    "person_sums",
    metadata,
    identity(),
    code("village_code", nullable=True, info=OPEN),
    choice("sex", Sex, nullable=True, info=OPEN),
    choice("occupation", Occupation, nullable=True, info=OPEN),
    Column("people", BigInteger, nullable=False, info=OPEN),
    Index("person_sums_village_code_idx", "village_code"),
    info={"grows": True, "sight": "village_code", "also": _ADDED_UP},
)

# The persons of register rows, and the method of each match.
person_sources = Table(
    "person_sources",
    metadata,
    identity(),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    Column("row_id", BigInteger, ForeignKey(registry_rows.c.id), nullable=False, index=True, info=PSEUDONYM),
    choice("method", MatchMethod, info=GENERAL),
    Column("score", Numeric(5, 4), nullable=False, info=GENERAL),
    instant("matched_at"),
    Index("person_sources_human_idx", "row_id", postgresql_where=text("method = 'human'")),
    info={"grows": True, "within": "person_id"},
)

person_groups = Table(
    "person_groups",
    metadata,
    # random, because it is the row's public id and the sort order of rows, and neither may reveal the group
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()"), info=OPEN),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False),
    choice("group_code", Group, info=VULNERABILITY),
    code("village_code", nullable=True, info=GENERAL),
    instant("since"),
    UniqueConstraint("person_id", "group_code"),
    info={"sight": "village_code", "also": ("grant delete on programme.person_groups to jamsos_api",)},
)

_LEFT_GROUPS = sql_statements(__file__, "groups_left")

person_groups_left = Table(
    "person_groups_left",
    metadata,
    identity(),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    choice("group_code", Group, info=VULNERABILITY),
    code("village_code", nullable=True, info=GENERAL),
    instant("since"),
    instant("until"),
    info={"grows": True, "sight": "village_code", "also": _LEFT_GROUPS},
)

life_events = Table(
    "life_events",
    metadata,
    identity(),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    choice("kind", LifeEvent, info=GENERAL),
    day("event_date", info=GENERAL),
    text_("evidence", info=GENERAL),
    text_("remark", nullable=True, info=NARRATIVE),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    # the withdrawn event that this one repeats; set by the database
    Column("follows_id", BigInteger, ForeignKey("programme.life_events.id")),
    UniqueConstraint("person_id", "kind", "event_date", "follows_id", postgresql_nulls_not_distinct=True),
    info={"grows": True, "sight": "village_code"},
)

_FOLLOWS = sql_statements(__file__, "events_said_again")

# A wrong event, which stays stored but has no effect any more. The village is the event's.
life_event_withdrawals = Table(
    "life_event_withdrawals",
    metadata,
    identity(),
    Column("event_id", BigInteger, ForeignKey(life_events.c.id), nullable=False, unique=True),
    text_("officer", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False),
    text_("reason", info=NARRATIVE),
    text_("recorded_by", info=OFFICIAL),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    info={"grows": True, "sight": "village_code", "also": _FOLLOWS},
)

# Life events as known today; every decision reads this view.
standing_life_events = Table(
    "standing_life_events",
    metadata,
    Column("id", BigInteger, primary_key=True, info=OPEN),
    Column("person_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("kind", Text, nullable=False, info=GENERAL | {"choices": LifeEvent}),
    day("event_date", info=GENERAL),
    text_("evidence", info=GENERAL),
    text_("remark", nullable=True, info=NARRATIVE),
    Column("village_code", Text, info=GENERAL),
    instant(),
    info={"view": sql_file(__file__, "standing_life_events")},
)

# A row and a person that may be the same: an officer compares both.
match_reviews = Table(
    "match_reviews",
    metadata,
    identity(),
    choice("kind", ReviewKind, info=GENERAL),
    Column("row_id", BigInteger, ForeignKey(registry_rows.c.id), nullable=False, info=PSEUDONYM),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    code("village_code", nullable=True, info=GENERAL),
    instant("raised_at"),
    UniqueConstraint("row_id", "person_id", "kind"),
    info={"grows": True, "sight": "village_code"},
)

# The basis of a likeness: the dated parameters, and the similarity of row and person in each comparison.
match_likenesses = Table(
    "match_likenesses",
    metadata,
    identity(),
    Column("row_id", BigInteger, ForeignKey(registry_rows.c.id), nullable=False, info=PSEUDONYM),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    code("model", info=GENERAL),
    Column("probability", Numeric(5, 4), nullable=False, info=GENERAL),
    choice("name_likeness", LikenessLevel, info=GENERAL),
    choice("birth_likeness", LikenessLevel, info=GENERAL),
    choice("sex_likeness", LikenessLevel, info=GENERAL),
    choice("home_likeness", LikenessLevel, info=GENERAL),
    code("village_code", nullable=True, info=GENERAL),
    instant("weighed_at"),
    UniqueConstraint("row_id", "person_id", "model"),
    info={"grows": True, "sight": "village_code"},
)

# An officer's decision of a review. A merge or a split corrects a wrong one.
match_decisions = Table(
    "match_decisions",
    metadata,
    identity(),
    Column("review_id", BigInteger, ForeignKey(match_reviews.c.id), nullable=False, unique=True),
    choice("verdict", Verdict, info=GENERAL),
    text_("remark", info=NARRATIVE),
    text_("officer", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False),
    text_("recorded_by", info=OFFICIAL),
    instant("decided_at"),
    info={"grows": True, "within": "review_id"},
)

# Rows moved from one person to another. merged: the id that they left is merged. parted: they are a separate person,
# new or restored. moved: both ids survive.
identity_events = Table(
    "identity_events",
    metadata,
    identity(),
    choice("kind", IdentityEvent, info=GENERAL),
    Column("from_person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    # deferred: the event precedes the person that a split creates
    Column(
        "to_person_id",
        BigInteger,
        ForeignKey(people.c.id, deferrable=True, initially="DEFERRED"),
        nullable=False,
        index=True,
    ),
    Column(
        "decision_id",
        BigInteger,
        ForeignKey(match_decisions.c.id),
        unique=True,
        info={ACROSS: "persons are shared: their rows may come from lists of several offices"},
    ),
    Column("rows_moved", Integer, nullable=False, info=GENERAL),
    text_("remark", info=NARRATIVE),
    text_("officer", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False),
    text_("recorded_by", info=OFFICIAL),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    info={"grows": True, "sight": "village_code"},
)

# A link of a row to a person that an event ended; person_sources also contains the next link.
ended_sources = Table(
    "ended_sources",
    metadata,
    Column("source_id", BigInteger, ForeignKey(person_sources.c.id), primary_key=True),
    Column("event_id", BigInteger, ForeignKey(identity_events.c.id), nullable=False, index=True),
    info={"grows": True, "within": "event_id"},
)

# The present person of each row.
person_rows = Table(
    "person_rows",
    metadata,
    Column("id", BigInteger, primary_key=True, info=OPEN),
    Column("person_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("row_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("method", Text, nullable=False, info=GENERAL | {"choices": MatchMethod}),
    Column("score", Numeric(5, 4), nullable=False, info=GENERAL),
    info={"view": sql_file(__file__, "person_rows")},
)
