"""Worker groups: the kinds of workers that a programme knows. Funds are tied to them, so they come before the rooms."""

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
