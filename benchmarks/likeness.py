"""The likeness: how often rows of one person, and rows of two, are alike in each comparison: the figures behind likeness.toml.

PEOPLE (60,000 unless said) invented people whose truth is known, on another seed than the matching is measured on; the rows of P3KE
without their NIKs beside everybody in the other registers. Splink counts m by the truth and u over random pairs. Household is not
counted: a register without any NIK has no family whose other members are known.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa
from sqlalchemy import text

from benchmarks.matching import SEALER, load, prepared, strike_out_niks, true_people
from jamsos import embedded
from jamsos.access.rules import COMMAND_LINE
from jamsos.people.linkage import service as linkage
from jamsos.people.linkage.model import Pair, Record, as_table, in_memory, model, settings
from jamsos.people.service import match_people
from sample.registers import REGISTERS
from sample.write import write_sample

PEOPLE = int(os.environ.get("PEOPLE", "60000"))
SEED, PAIRS = 299, 20_000_000


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        write_sample(folder / "sample", seed=SEED, people=PEOPLE)
        strike_out_niks(folder / "sample")
        asyncio.run(_run(server.get_uri("postgres"), folder / "sample"))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(url: str, sample: Path) -> None:
    engine = await prepared(url, "likeness")
    await load(engine, sample, REGISTERS)
    asked: list[tuple[Sequence[Record], Sequence[Record]]] = []

    def noted(seekers: Sequence[Record], known: Sequence[Record]) -> list[Pair]:
        asked.append((seekers, known))
        return []

    linkage.weigh = noted
    async with engine.begin() as connection:
        await match_people(connection, COMMAND_LINE, SEALER, office_code="53.15")
        rows = await connection.execute(
            text(
                "select r.id, l.file_name, r.line from programme.registry_rows r join programme.registry_loads l on l.id = r.load_id"
            )
        )
        places = {row[0]: (row[1], row[2]) for row in rows}
    await engine.dispose()
    true = true_people(sample)
    seekers, known = asked[0]
    unknown = {each.key for each in seekers}
    _count(
        seekers,
        [each for each in known if each.key not in unknown],
        {row: true[place] for row, place in places.items()},
    )


def _count(seekers: Sequence[Record], known: Sequence[Record], people: Mapping[int, str]) -> None:
    from splink import DuckDBAPI, Linker

    with closing(in_memory()) as memory:
        door = DuckDBAPI(connection=memory)
        sides = [
            door.register(
                as_table(each).append_column("person", pa.array([people[record.key] for record in each])),
                dataset_display_name=name,
            )
            for name, each in (("a", seekers), ("b", known))
        ]
        linker = Linker(sides, settings(model()), log_level=None)
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED)
        linker.training.estimate_m_from_label_column("person")
        print(f"  {len(seekers):,} rows without a NIK beside {len(known):,} ways in which people are written down")
        for comparison in linker._settings_obj.core_model_settings.comparisons:
            for level in comparison.comparison_levels:
                if not level.is_null_level:
                    m, u = level.m_probability, level.u_probability
                    print(
                        f"  {comparison.output_column_name:<8}{level.label_for_charts:<12} m {m or 0:.6f}   u {u or 0:.8f}"
                    )
