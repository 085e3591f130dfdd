"""GraphQL types of regions: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, answers, many
from api.schema.types.base import ABOVE, PEOPLE, then
from jamsos.access.tables import agencies
from jamsos.regions.tables import districts, provinces, regencies, village_aliases, villages


@answers(provinces)
class Province(Node):
    """A province, by its Kemendagri code: 53."""

    regencies = many("Regency", "province", "Its regencies and cities.")


@answers(regencies, by=("province",))
class Regency(Node):
    """A regency or city: 53.15."""

    districts = many("District", "regency", "Its districts.")
    funds = many("Fund", "regency", "Its funds.")
    decrees = many("Decree", "regency", "Its decrees.")
    selection_runs = many("SelectionRun", "regency", "Its selection runs.")


@answers(districts, by=("regency",))
class District(Node):
    """A district: 53.15.05."""

    villages = many("Village", "district", "Its villages.")


@answers(villages, by=("district", "kind"))
class Village(Node):
    """A village or urban ward: 53.15.05.2001."""

    people = many("Person", "village", "Who lives there.")
    coverage_months = many("CoverageMonth", "village", "The worker-months billed for it.")


@answers(village_aliases, needs=PEOPLE, by=("village", *ABOVE), recorded=then(village_aliases.c.recorded_at))
class VillageAlias(Node):
    """Another name or an old code of a village, as its regency's office uses it; the last one of a name counts."""


@answers(agencies, by=("kind",))
class Agency(Node):
    """An office that asks and acts here."""
