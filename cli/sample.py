"""`jamsos sample`: the sample programme written to files, and somebody who plays the insurer."""

from datetime import date
from pathlib import Path

import click

from cli.param_types import DAY, FILE
from cli.runtime import out, progress, t
from cli.tables import table
from sample.insurer_receipt import write_receipt
from sample.write import DEFAULT_PEOPLE, DEFAULT_SEED, FEWEST, MOST, write_sample


@click.group(help=t("sample.help"))
def group() -> None: ...


@group.command("write", help=t("sample.write.help"))
@click.argument("folder", type=FILE)
@click.option("--seed", type=click.IntRange(min=0), default=DEFAULT_SEED, show_default=True, help=t("sample.seed"))
@click.option(
    "--people",
    type=click.IntRange(FEWEST, MOST),
    default=DEFAULT_PEOPLE,
    show_default=True,
    help=t("sample.write.people"),
)
def write(folder: Path, seed: int, people: int) -> None:
    with progress(t("sample.write.progress")) as report:
        written = write_sample(folder, seed, people, report)
    table(t("sample.write.files"), [t("sample.file"), t("word.rows")], sorted(written.files.items()))
    table(t("sample.write.eligible"), [t("sample.year"), t("sample.workers")], sorted(written.eligible.items()))
    out.print(t("sample.write.done", people=people, folder=folder, seed=seed))


@group.command("insurer-receipt", help=t("sample.receipt.help"))
@click.argument("bill_list", type=FILE)
@click.argument("target", type=FILE)
@click.option("--seed", type=click.IntRange(min=0), default=DEFAULT_SEED, show_default=True, help=t("sample.seed"))
@click.option("--differences", is_flag=True, help=t("sample.receipt.differences"))
@click.option("--received", type=DAY, help=t("sample.receipt.received"))
def insurer_receipt(bill_list: Path, target: Path, seed: int, differences: bool, received: date | None) -> None:
    told = write_receipt(bill_list, target, seed=seed, has_differences=differences, received=received)
    rows = [(t(f"sample.receipt.{kind}"), count) for kind, count in told.most_common()]
    table(t("sample.receipt.done", file=target.name), [t("sample.fate"), t("word.rows")], rows)
