"""Worker groups: the kinds of workers that a programme distinguishes. Funds depend on them, so the module precedes the rooms."""

from enum import StrEnum


class Group(StrEnum):
    """The groups that a programme may prefer; a worker can belong to several."""

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
