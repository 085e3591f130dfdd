"""`jamsos registry`: load extracts as received, report their defects, and export faulty rows for repair."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.html import quality_page
from cli.param_types import DAY, CodeChoice, FormattedNumber
from cli.runtime import act, act_as_or_operate, language, of_office, out, progress, sealer, shown, t
from cli.tables import table
from jamsos.access.rules import Scope
from jamsos.errors import SheetFormUnknown
from jamsos.months import day_of, today
from jamsos.people.added_facts import add_facts
from jamsos.registry import service
from jamsos.registry.errors import LayoutUnknown
from jamsos.registry.files.drafts import draft
from jamsos.registry.files.extract import open_extract
from jamsos.registry.kept_layouts import add_layout, all_layouts, read_layout
from jamsos.registry.layouts import Layout, shipped
from jamsos.registry.quality import AliasUse, Quality
from jamsos.registry.quality import quality as quality_of
from jamsos.registry.repairs.service import repair_workbook
from jamsos.registry.rules import LABELS, DateReading, Defect, Reading, SexReading, Source, Treatment, treatment
from jamsos.table_writer import FORMS, must_be_writable, sheet, write


@click.group(help=t("registry.help"))
def group() -> None: ...


@group.command("load", help=t("registry.load.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", type=CodeChoice(Source), help=t("registry.load.source"))
@click.option("--as-of", type=DAY, default=lambda: today(), help=t("registry.load.as_of"))
@of_office
@click.option("--layout", help=t("registry.load.layout"))
@click.option("--village", help=t("registry.load.village"))
@click.option("--dates", type=CodeChoice(DateReading), help=t("registry.load.dates"))
@click.option("--sex", type=CodeChoice(SexReading), help=t("registry.load.sex"))
@click.option("--with-hidden", is_flag=True, help=t("registry.load.with_hidden"))
@click.option("--with-struck", is_flag=True, help=t("registry.load.with_struck"))
@click.option("--ours-only", is_flag=True, help=t("registry.load.ours_only"))
@click.option("--dry-run", is_flag=True, help=t("registry.load.dry_run"))
def load(
    file: Path,
    source: str | None,
    as_of: date,
    layout: str | None,
    village: str | None,
    dates: DateReading | None,
    sex: SexReading | None,
    with_hidden: bool,
    with_struck: bool,
    ours_only: bool,
    dry_run: bool,
) -> None:
    reading = Reading(
        layout=layout,
        village_code=village,
        dates=dates,
        sex=sex,
        takes_hidden=with_hidden,
        takes_struck=with_struck,
        takes_elsewhere=ours_only,
    )
    with progress(file.name) as report:
        result = act_as_or_operate(
            Scope.act_registry,
            lambda connection, actor: service.load_extract(
                connection,
                actor,
                sealer(),
                file,
                source=Source(source) if source else None,
                as_of=as_of,
                reading=reading,
                is_dry_run=dry_run,
                progress=report,
            ),
        )
    done = "registry.load.tried" if result.load_id is None else "registry.load.done"
    out.print(
        t(
            done,
            file=file.name,
            load=result.load_id,
            received=result.rows_received,
            kept=result.rows_kept,
            rejected=result.rows_rejected,
        )
    )
    if result.repaired_load_id is not None:
        out.print(
            t(
                "registry.load.repaired",
                load=result.repaired_load_id,
                kept=result.rows_kept,
                unchanged=result.rows_unchanged,
            )
        )
    where = f"{result.sheet}, " if result.sheet else ""
    out.print(
        t("registry.load.understood", source=result.source, day=result.as_of, where=where, line=result.header_line)
    )
    out.print(t("registry.load.by_layout", layout=result.layout))
    if result.unread:
        out.print(t("registry.load.unread", headers=", ".join(result.unread)))
    for name, said in result.told.items():
        out.print(t("registry.load.told", field=LABELS[name], said=said))
    _defects(result.defects)
    if result.load_id is None:
        _samples(result.sheet, result.samples)
        read = [(LABELS[name], header) for name, header in result.columns.items() if name in LABELS]
        table(t("registry.load.columns"), [t("word.field"), t("registry.load.header")], read)
        missing = [label for name, label in LABELS.items() if name not in {**result.columns, **result.told}]
        out.print(t("registry.load.missing", fields=", ".join(missing)))


@group.command("facts", help=t("registry.facts.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", type=DAY, default=lambda: today(), help=t("registry.load.as_of"))
@of_office
@click.option("--programme", help=t("registry.facts.programme"))
@click.option("--dry-run", is_flag=True, help=t("registry.load.dry_run"))
def facts(file: Path, as_of: date, programme: str | None, dry_run: bool) -> None:
    found = act_as_or_operate(
        Scope.act_registry, lambda connection, actor: add_facts(
            connection, actor, sealer(), file, as_of=as_of, programme=programme,
            is_dry_run=dry_run,
        )
    )  # fmt: skip
    done = "registry.facts.tried" if found.load_id is None else "registry.facts.done"
    out.print(
        t(done, file=file.name, load=found.load_id, lines=found.lines, persons=found.persons, layout=found.layout)
    )
    rows = [(t(f"defect.{code}"), FormattedNumber(len(lines)), shown(lines, 20)) for code, lines in found.aside.items()]
    if rows:
        table(t("registry.facts.aside"), [t("word.defect"), t("word.rows"), t("registry.quality.where")], rows)


@group.command("layouts", help=t("registry.layouts.help"))
def layouts() -> None:
    rows = [
        (
            each.name,
            str(each.version),
            t(f"source.{each.register}"),
            each.titles[language()],
            t("registry.layouts.shipped" if shipped().get(each.name) == each else "registry.layouts.office"),
        )
        for each in act(all_layouts)
    ]
    names = ("name", "version", "register", "title", "whose")
    table(t("registry.layouts"), [t(f"registry.layouts.{name}") for name in names], rows)


@group.command("check-layout", help=t("registry.check_layout.help"))
@click.argument("layout")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--village", help=t("registry.load.village"))
def check_layout(layout: str, file: Path, village: str | None) -> None:
    known = read_layout(Path(layout)) if layout.endswith(".toml") else _layout(layout)
    extract = open_extract(file, None, Reading(layout=known.name, village_code=village or "-"), [known])
    out.print(t("registry.check_layout.done", file=file.name, layout=known.name, line=extract.header_line))
    read = [(LABELS[name], header) for name, header in extract.columns.items() if name in LABELS]
    table(t("registry.load.columns"), [t("word.field"), t("registry.load.header")], read)
    if missing := [LABELS[name] for name in known.columns if name not in {**extract.columns, **extract.told}]:
        out.print(t("registry.load.missing", fields=", ".join(missing)))
    if extract.unread:
        out.print(t("registry.load.unread", headers=", ".join(extract.unread)))


@group.command("draft-layout", help=t("registry.draft_layout.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("layout", type=click.Path(path_type=Path))
@click.option("--source", "register", type=CodeChoice(Source), default=Source.office, help=t("registry.load.source"))
@click.option("--set", "given", multiple=True, metavar="FIELD=HEADER", help=t("registry.draft_layout.set"))
def draft_layout(file: Path, layout: Path, register: str, given: tuple[str, ...]) -> None:
    must_be_writable(layout)
    said = {name.strip(): header.strip() for name, _, header in (each.partition("=") for each in given)}
    write(layout, draft(file, layout.stem, Source(register), said).encode())
    out.print(t("registry.draft_layout.done", layout=layout))


@group.command("add-layout", help=t("registry.add_layout.help"))
@click.argument("layout", type=click.Path(path_type=Path))
def add_layout_(layout: Path) -> None:
    kept = act_as_or_operate(Scope.act_registry, lambda connection, actor: add_layout(connection, actor, layout))
    out.print(t("registry.add_layout.done", layout=kept.name, version=kept.version))


@group.command("example", help=t("registry.example.help"))
@click.argument("layout")
@click.argument("file", type=click.Path(path_type=Path))
def example(layout: str, file: Path) -> None:
    if file.suffix.lower() not in FORMS:
        raise SheetFormUnknown(file=file.name, known=", ".join(FORMS))
    must_be_writable(file)
    known = _layout(layout)
    headers = [names[0] for names in known.columns.values()]
    write(file, sheet(file.suffix.lower(), known.name[:31], headers, []))
    out.print(t("registry.example.done", file=file, layout=known.name))


def _layout(name: str) -> Layout:
    found = {each.name: each for each in act(all_layouts)}.get(name)
    if found is None:
        raise LayoutUnknown(layout=name[:40])
    return found


@group.command("list", help=t("registry.list.help"))
def list_() -> None:
    names = ("load", "source", "as_of", "file", "loaded", "kept", "rejected")
    table(
        t("registry.list"),
        [t(f"registry.column.{name}") for name in names],
        [
            (
                each["id"], each["source"], each["as_of"], each["file_name"], day_of(each["loaded_at"]),
                *(FormattedNumber(each[f"rows_{name}"]) for name in ("kept", "rejected")),
            )
            for each in act(service.loads)
        ],
    )  # fmt: skip


@group.command("repair", help=t("registry.repair.help"))
@click.argument("load", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--village", help=t("registry.repair.village"))
def repair(load: int, file: Path, village: str | None) -> None:
    if file.suffix.lower() != ".xlsx":
        raise SheetFormUnknown(file=file.name, known=".xlsx")
    must_be_writable(file)
    made = act_as_or_operate(
        Scope.act_registry,
        lambda connection, actor: repair_workbook(connection, actor, sealer(), load_id=load, region_code=village),
    )
    write(file, made.content)
    out.print(t("registry.repair.done", file=file, rows=made.rows, load=load))


@group.command("quality", help=t("registry.quality.help"))
@click.argument("load", type=int)
@click.option("--villages", default=15, show_default=True, help=t("registry.quality.villages"))
@click.option("--html", type=click.Path(path_type=Path), help=t("registry.quality.html"))
def quality(load: int, villages: int, html: Path | None) -> None:
    if html:
        must_be_writable(html)
    found = act(lambda connection: quality_of(connection, load))
    if html:
        write(html, quality_page(found).encode())
        out.print(t("registry.quality.written", file=html, load=load))
        return
    out.print(t("registry.quality.head", **_head(found)), style="bold")
    _defects({each.defect: each.rows for each in found.defects})
    if not found.defects:
        return
    _samples(found.sheet, {each.defect: each.lines for each in found.defects})
    headers = [t("word.village"), *(t(f"treatment.{each}") for each in Treatment)]
    counted = [
        (each.name if each.district else t("quality.unknown"), *(each.by[kind] for kind in Treatment))
        for each in found.villages[:villages]
    ]
    table(t("registry.quality.by_village"), headers, counted)
    if found.aliases:
        columns = [t(f"alias.{name}") for name in ("name", "village", "by", "day")]
        used = [
            (
                _alias(use),
                f"{use.village_code} {use.village}",
                use.recorded_by,
                day_of(use.recorded_at),
                FormattedNumber(use.rows),
            )
            for use in found.aliases
        ]
        table(t("quality.aliases"), [*columns, t("word.rows")], used)


def _alias(use: AliasUse) -> str:
    return f"{use.name} ({use.district})" if use.district else use.name


def _samples(sheet: str | None, lines: dict[str, list[int]]) -> None:
    rows = [(t(f"defect.{code}"), _places(sheet, found)) for code, found in lines.items()]
    if rows:
        table(t("registry.quality.samples"), [t("word.defect"), t("registry.quality.where")], rows)


def _head(found: Quality) -> dict[str, Any]:
    return {
        "file": found.file_name, "source": found.source, "day": found.as_of, "load": found.load_id,
        "received": found.rows_received, "kept": found.rows_kept, "rejected": found.rows_rejected,
        "repaired": found.repaired,
    }  # fmt: skip


def _places(sheet: str | None, lines: list[int]) -> str:
    return t("quality.lines", where=f"{sheet}, " if sheet else "", lines=", ".join(map(str, lines)))


def _defects(defects: dict[str, int]) -> None:
    if not defects:
        out.print(t("quality.none"))
        return
    rows = [
        (t(f"defect.{code}"), code, t(f"treatment.{treatment(Defect(code))}"), count)
        for code, count in sorted(defects.items(), key=lambda pair: -pair[1])
    ]
    table(t("registry.defects"), [t("word.defect"), t("word.code"), t("word.treatment"), t("word.rows")], rows)
    if defects.keys() & {Defect.village_unknown, Defect.village_contradicts_name}:
        out.print(t("quality.alias_next"))
