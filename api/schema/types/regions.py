"""GraphQL types of regions: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import ABOVE, PEOPLE, then
from jamsos.access.tables import agencies
from jamsos.offices.tables import offices
from jamsos.regions.tables import districts, provinces, regencies, village_aliases, villages


@graphql_entity(provinces)
class Province(Node):
    """A province, by its Kemendagri code: 53."""

    regencies = has_many("Regency", "province", "Its regencies and cities.")


@graphql_entity(regencies, by=("province",))
class Regency(Node):
    """A regency or city: 53.15."""

    districts = has_many("District", "regency", "Its districts.")


@graphql_entity(districts, by=("regency",))
class District(Node):
    """A district: 53.15.05."""

    villages = has_many("Village", "district", "Its villages.")


@graphql_entity(villages, by=("district", "kind"))
class Village(Node):
    """A village or urban ward: 53.15.05.2001."""

    people = has_many("Person", "village", "The people who live there.")
    coverage_months = has_many("CoverageMonth", "village", "The worker-months billed for it.")


@graphql_entity(village_aliases, needs=PEOPLE, by=("village", *ABOVE), recorded=then(village_aliases.c.recorded_at))
class VillageAlias(Node):
    """Another name or an old code of a village, as its regency's office uses it; the latest line of a name counts."""


@graphql_entity(offices, by=("kind",))
class Office(Node):
    """An owner of data and payer: a regency, a province or the ministry, by the code of its region."""

    funds = has_many("Fund", "office", "Its funds.")
    decrees = has_many("Decree", "office", "Its decrees.")
    selection_runs = has_many("SelectionRun", "office", "Its selection runs.")


@graphql_entity(agencies, by=("kind",))
class Agency(Node):
    """An organisation with access to this installation."""
