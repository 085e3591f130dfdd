"""GraphQL types of people: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import OWNER, PEOPLE, REGION, then, when
from api.sql.entities import rollup_of
from jamsos.people.tables import (
    identity_events,
    life_event_withdrawals,
    life_events,
    match_decisions,
    match_likenesses,
    match_reviews,
    people,
    person_groups,
    person_sums,
    person_versions,
)
from jamsos.registry.tables import (
    registry_alias_uses,
    registry_defects,
    registry_layouts,
    registry_loads,
    registry_rejects,
    registry_rows,
)


@graphql_entity(registry_layouts, needs=PEOPLE, by=("name",), recorded=then(registry_layouts.c.recorded_at))
class RegistryLayout(Node):
    """The layout of a register's files, word for word as a load used it, or as the office added it."""

    loads = has_many("RegistryLoad", "layout", "The loads that were read by it.")


@graphql_entity(registry_loads, needs=PEOPLE, by=("source", *OWNER), recorded=then(registry_loads.c.loaded_at))
class RegistryLoad(Node):
    """A load of an extract: its register, its file, and the numbers of stored and rejected rows."""

    rows = has_many("RegistryRow", "load", "The rows kept.")
    rejects = has_many("RegistryReject", "load", "The rejected rows, with their reasons.")
    defects = has_many("RegistryDefect", "load", "How good it is: its defects by village.")
    alias_uses = has_many("RegistryAliasUse", "load", "By which of the office's other names villages were found.")


@graphql_entity(
    registry_rows,
    needs=PEOPLE,
    by=("load", "sex", "occupation", *REGION),
    recorded=when(registry_rows.c.load_id, registry_loads.c.loaded_at),
)
class RegistryRow(Node):
    """A readable row of an extract, as received."""


@graphql_entity(
    registry_rejects,
    needs=PEOPLE,
    by=("load", "reason", *REGION),
    recorded=when(registry_rejects.c.load_id, registry_loads.c.loaded_at),
)
class RegistryReject(Node):
    """A rejected row, with its line and reason."""


@graphql_entity(registry_defects, needs=PEOPLE, by=("load", "defect", "treatment", *REGION))
class RegistryDefect(Node):
    """The number of rows of a load and village with one defect, its treatment, and where to look in the file."""


@graphql_entity(
    registry_alias_uses,
    needs=PEOPLE,
    by=("load", "alias"),
    recorded=when(registry_alias_uses.c.load_id, registry_loads.c.loaded_at),
)
class RegistryAliasUse(Node):
    """Another name by which a load found villages."""


@graphql_entity(
    people,
    needs=PEOPLE,
    by=("sex", "occupation", *REGION),
    sums=rollup_of(person_sums, "people", moves=True),
    ended="merged_into_id",
)
class Person(Node):
    """A worker, one per NIK, with the current data of the registers."""

    reviews = has_many("MatchReview", "person", "Rows that may speak of them.")
    likenesses = has_many("MatchLikeness", "person", "The parameters for comparing rows without a NIK.")
    merged_from = has_many("Person", "mergedInto", "Ids that ended in this one.")
    rows_lost = has_many("IdentityEvent", "fromPerson", "When rows were taken for somebody else's.")
    rows_won = has_many("IdentityEvent", "toPerson", "When rows of others were taken for theirs.")
    groups = has_many("PersonGroup", "person", "The groups they belong to.")
    versions = has_many("PersonVersion", "person", "Earlier data of the person, by version.")
    life_events = has_many("LifeEvent", "person", "Events of the person.")
    candidacies = has_many("SelectionCandidate", "person", "The selection runs with the person as a candidate.")
    decree_lines = has_many("DecreeLine", "person", "The decrees that name them.")
    enrolments = has_many("Enrolment", "person", "When their name was sent to the insurer.")
    coverage_months = has_many("CoverageMonth", "person", "The months for which they were billed, paid and confirmed.")
    claims = has_many("Claim", "person", "The insurer's benefits for the person.")


@graphql_entity(
    person_versions,
    needs=PEOPLE,
    recorded=then(person_versions.c.recorded_at),
    subject="person_id",
)
class PersonVersion(Node):
    """The data of a person during one period of record."""


@graphql_entity(
    match_reviews,
    needs=PEOPLE,
    by=("kind", *REGION),
    recorded=then(match_reviews.c.raised_at),
    subject="person_id",
)
class MatchReview(Node):
    """A row and a person that may be the same; an officer decides."""

    decisions = has_many("MatchDecision", "review", "The decision; null while it waits.")


@graphql_entity(
    match_likenesses,
    needs=PEOPLE,
    by=("model", *REGION),
    recorded=then(match_likenesses.c.weighed_at),
    subject="person_id",
)
class MatchLikeness(Node):
    """The evidence that a row without a NIK is a person: levels of similarity, by dated parameters."""


@graphql_entity(match_decisions, needs=PEOPLE, by=("verdict",), recorded=then(match_decisions.c.decided_at))
class MatchDecision(Node):
    """An officer's permanent decision of a review."""


@graphql_entity(
    identity_events,
    needs=PEOPLE,
    by=("kind", *REGION),
    recorded=then(identity_events.c.recorded_at),
    subject="to_person_id",
)
class IdentityEvent(Node):
    """A move of rows between persons: two ids were merged, one was split, or a row moved."""


@graphql_entity(person_groups, needs=PEOPLE, by=("group", *REGION), subject="person_id")
class PersonGroup(Node):
    """The membership of a person in a group that a programme may prefer."""


@graphql_entity(
    life_events,
    needs=PEOPLE,
    by=("kind", "event_date:month", "event_date:year", *REGION),
    recorded=then(life_events.c.recorded_at),
    subject="person_id",
)
class LifeEvent(Node):
    """An event that changes whether a person can be protected."""

    withdrawals = has_many("LifeEventWithdrawal", "event", "The withdrawal of the event, if any.")
    followed_by = has_many("LifeEvent", "follows", "The same, recorded anew after it was withdrawn: one, or none.")


@graphql_entity(life_event_withdrawals, needs=PEOPLE, by=REGION, recorded=then(life_event_withdrawals.c.recorded_at))
class LifeEventWithdrawal(Node):
    """The withdrawal of a wrong life event: the event remains on record without effect."""
