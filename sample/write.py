"""Write the sample: one folder with every file that an office receives in three years, the plan, and the truth.

The folder is complete or unchanged: files are written in `.partial` inside it and moved at the end, the plan last.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sample.errors import SampleFolderInUse
from sample.office import Office
from sample.plan import programme
from sample.population import Population
from sample.readme import readme
from sample.seeded_random import SeededRandom
from sample.story import Story
from sample.toml_writer import to_toml

DEFAULT_SEED, DEFAULT_PEOPLE = 298, 12_000
FEWEST, MOST = 200, 1_000_000
PLAN = "programme.toml"
_PARTIAL = ".partial"
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class SampleManifest:
    """The result. `files`: path in the folder → rows without headers; `eligible`: year → workers."""

    folder: Path
    seed: int
    people: int
    files: dict[str, int]
    eligible: dict[str, int]


def write_sample(
    folder: Path, seed: int = DEFAULT_SEED, people: int = DEFAULT_PEOPLE, progress: Progress = lambda done, total: None
) -> SampleManifest:
    """Write the sample of `people` persons (200 to 1,000,000) into an empty or new folder; reports persons written.

    The same seed and number of people give the same bytes. Raises SampleFolderInUse.
    """
    if not FEWEST <= people <= MOST:
        raise ValueError(f"a sample has {FEWEST} to {MOST} people, not {people}")
    with _staged(folder) as stage:
        office = _written(stage, SeededRandom(seed), people, progress)
        _tell(stage, office, seed)
    return SampleManifest(folder, seed, people, office.files, dict(office.expected.eligible))


def _written(stage: Path, draws: SeededRandom, people: int, progress: Progress) -> Office:
    office = Office(stage, draws, Story(people))
    done = 0
    progress(done, people)
    for chunk in Population(draws, people).chunks():
        office.receive(chunk)
        done += len(chunk)
        progress(done, people)
    office.close()
    return office


def _tell(stage: Path, office: Office, seed: int) -> None:
    counted = {"seed": seed, "people": office.story.people, **office.expected.document()}
    expected = json.dumps(counted, indent=2, sort_keys=True) + "\n"
    (stage / "truth/expected.json").write_text(expected, encoding="utf-8")
    (stage / "README.md").write_text(readme(office.story, seed, office.files), encoding="utf-8")
    plan = to_toml(programme(office.story, seed, set(office.files)))
    (stage / PLAN).write_text(plan, encoding="utf-8")


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Yield a place inside `folder` whose contents move up after success, and are deleted otherwise."""
    is_new = not folder.exists()
    if not is_new and (not folder.is_dir() or any(each.name != _PARTIAL for each in folder.iterdir())):
        raise SampleFolderInUse(folder=folder)
    stage = folder / _PARTIAL
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        yield stage
        for each in sorted(stage.iterdir(), key=lambda path: path.name == PLAN):
            each.rename(folder / each.name)
        stage.rmdir()
    except BaseException:
        shutil.rmtree(folder if is_new else stage, ignore_errors=True)
        raise
