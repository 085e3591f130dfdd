"""`jamsos sample`: write the sample programme to files, and simulate the insurer."""

from datetime import date
from pathlib import Path

import click

from cli.param_types import DAY, FILE
from cli.runtime import out, progress, t
from cli.tables import table
from jamsos.claims import service as claims
from jamsos.coverage.billing import payments
from jamsos.coverage.reconciliation import confirmation
from jamsos.decrees import amendments
from jamsos.donations import service as donations
from jamsos.enrolment.service import ANSWERS
from jamsos.errors import SheetFormUnknown
from jamsos.ledger import funds
from jamsos.ledger import service as ledger
from jamsos.people.service import EVENT_HEADERS
from jamsos.regions import aliases
from jamsos.table_writer import FORMS, must_be_writable, sheet
from jamsos.table_writer import write as write_file
from sample.insurer_receipt import write_receipt
from sample.write import DEFAULT_PEOPLE, DEFAULT_SEED, FEWEST, MOST, write_sample

# The files of `sample form`: those that the office or the insurer fills, as their commands read them. Registers: `registry example`.
EMPTY_FORMS = {
    "deposits": ledger.DEPOSIT_HEADERS,
    "groups": funds.GROUP_RULE_HEADERS,
    "pledges": donations.PLEDGE_HEADERS,
    "aliases": aliases.HEADERS,
    "events": EVENT_HEADERS,
    "changes": amendments.CHANGES,
    "answers": ANSWERS,
    "payments": payments.HEADERS,
    "insurer-receipts": confirmation.HEADERS,
    "claims": claims.HEADERS,
}


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


@group.command("form", help=t("sample.form.help"))
@click.argument("form_name", metavar="FORM", type=click.Choice([*EMPTY_FORMS]))
@click.argument("file", type=FILE)
def form(form_name: str, file: Path) -> None:
    if file.suffix.lower() not in FORMS:
        raise SheetFormUnknown(file=file.name, known=", ".join(FORMS))
    must_be_writable(file)
    write_file(file, sheet(file.suffix.lower(), form_name, list(EMPTY_FORMS[form_name]), []))
    out.print(t("sample.form.done", file=file, form=form_name))


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
