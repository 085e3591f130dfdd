"""The verdict on a document, as `report verify` and `decree check` print it."""

from pathlib import Path

from cli.runtime import out, t
from cli.tables import table
from reports.verify import Answer, Changed, Verdict

SHOWN = 5  # differing cells per figure


def tell(verdict: Verdict, file: Path) -> int:
    """Print the answer in one sentence, then the details; return the exit code of the command."""
    colour = {Answer.proven: "green", Answer.not_proven: "yellow", Answer.false: "red"}[verdict.answer]
    sentence = t(f"verdict.{verdict.answer}.{verdict.reason}", file=file.name, page=verdict.page or 0)
    out.print(f"{t(f'verdict.{verdict.answer}')}: {sentence}", style=f"bold {colour}")
    if verdict.paper:
        _tell_register(verdict)
    for each in verdict.signatures:
        out.print(t("verdict.signature", signer=each["signer"], day=each["day"] or "–"))
    if verdict.is_older_print:
        out.print(t("verdict.older_print"))
    for changed in verdict.changed:
        _tell_changed(changed)
    if verdict.changed and verdict.acts:
        acts = ", ".join(f"{act} ({count})" for act, count in verdict.acts)
        out.print(t("verdict.acts", acts=acts))
    return verdict.answer.exit_code


def _tell_register(verdict: Verdict) -> None:
    paper = verdict.paper
    assert paper is not None  # noqa: S101
    facts = {
        "kind": t(f"verdict.kind.{paper.kind}"),
        "serial": paper.serial,
        "sha256": paper.sha256.hex(),
        "number": paper.number or "–",
        "dated": paper.dated,
        "year": paper.year,
        "issued": f"{paper.issued_at:%Y-%m-%d %H:%M} UTC",
        "printed_by": paper.printed_by,
        "printed_for": paper.printed_for or "–",
        "warehouse": paper.warehouse_date or "–",
        "release": paper.release["id"] if paper.release else "–",
    }
    table(t("verdict.register"), ["", ""], [(t(f"verdict.column.{name}"), value) for name, value in facts.items()])
    if verdict.superseded_by:
        out.print(t("verdict.superseded", serial=verdict.superseded_by.serial, day=verdict.superseded_by.dated))


def _tell_changed(changed: Changed) -> None:
    out.print(t("verdict.changed", title=changed.title, count=len(changed.differences)))
    for each in changed.differences[:SHOWN]:
        key = "report.cell" if each.line else "report.row_count"
        out.print(
            t(key, file=f"{changed.name}.csv", line=each.line, column=each.column, printed=each.printed, now=each.now)
        )
    if (more := len(changed.differences) - SHOWN) > 0:
        out.print(t("report.more", count=more))
