"""People rules: when two rows are the same worker, and which groups a worker belongs to."""

from enum import StrEnum


class Group(StrEnum):
    """The groups a programme may put first; a worker can belong to several."""

    single_mother = "single_mother"
    disability = "disability"
    farmer = "farmer"
    fisher = "fisher"
    driver = "driver"
    trader = "trader"
    day_labourer = "day_labourer"
    domestic_worker = "domestic_worker"
    artisan = "artisan"
    boat_crew = "boat_crew"
    religious_worker = "religious_worker"
    other_worker = "other_worker"


class LifeEvent(StrEnum):
    died = "died"
    moved = "moved"
    became_wage_earner = "became_wage_earner"
    became_civil_servant = "became_civil_servant"
    refused = "refused"


class MatchMethod(StrEnum):
    nik = "nik"
    household = "household"
    probabilistic = "probabilistic"
    human = "human"
