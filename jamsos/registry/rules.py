"""Registry rules: which registers there are and what can be wrong with a row (domain: defects in real extracts)."""

from enum import StrEnum


class Source(StrEnum):
    p3ke = "p3ke"
    dtks = "dtks"
    dtsen = "dtsen"
    disability = "disability"
    province = "province"


class Sex(StrEnum):
    female = "female"
    male = "male"


class MaritalStatus(StrEnum):
    single = "single"
    married = "married"
    divorced = "divorced"
    widowed = "widowed"


class Occupation(StrEnum):
    farmer = "farmer"
    farm_labourer = "farm_labourer"
    fisher = "fisher"
    livestock = "livestock"
    driver = "driver"
    trader = "trader"
    day_labourer = "day_labourer"
    domestic_worker = "domestic_worker"
    artisan = "artisan"
    boat_crew = "boat_crew"
    religious_worker = "religious_worker"
    other = "other"
    none = "none"


class Presence(StrEnum):
    """What the register says about the person still living there."""

    present = "present"
    moved = "moved"
    died = "died"


class Disability(StrEnum):
    physical = "physical"
    sensory = "sensory"
    intellectual = "intellectual"
    mental = "mental"
    multiple = "multiple"
