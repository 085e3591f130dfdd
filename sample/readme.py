"""The README of a written sample, in Indonesian and English: its people, its files, their defects, and the walk."""

from pathlib import Path
from string import Template

from jamsos.money import grouped
from sample import defects
from sample.insurer import UNKNOWN_NIK_SHARE
from sample.story import Story
from sample.walk import commands

_SOURCES = ("p3ke", "dtks", "dtsen", "disability", "province")
_CONTENTS = {
    "register/p3ke": "P3KE, perorangan · persons",
    "register/dtks": "DTKS",
    "register/dtsen": "DTSEN, triwulan IV · 4th quarter",
    "register/disabilitas": "penyandang disabilitas · people with disabilities",
    "register/opensid": "ekspor OpenSID satu desa · an OpenSID export of one village",
    "register/siak": "ekspor SIAK desa yang sama · a SIAK export of the same village",
    "register/provinsi": "sudah dibayar provinsi · already paid for by the province",
    "peristiwa/": "meninggal, pindah, bekerja, menolak · died, moved, took a wage, refused",
    "bpjs/jawaban": "jawaban BPJS: KPJ atau alasan · the insurer's answers: KPJ or reason",
    "bpjs/klaim": "klaim yang dibayar BPJS · benefits the insurer paid",
    "dana/penerimaan": "penerimaan dana · deposits into funds",
    "dana/pembayaran": "SPP, SPM, SP2D tiap tagihan · of each bill",
    "donasi/komitmen": "komitmen donasi · pledges",
    "donasi/klikbca": "rekening koran yang sama, seperti unduhan KlikBCA · the same statement as KlikBCA gives it",
    "donasi/rekening": "rekening koran donasi (CSV, MT940, camt.053) · bank statement of donations",
    "truth/people": "kebenaran: orangnya · the truth: who the people are",
    "truth/rows": "kebenaran: tiap baris register · the truth: each row of a register",
    "truth/donations": "kebenaran: tiap baris bank · the truth: each line of the bank",
}


def readme(story: Story, seed: int, files: dict[str, int]) -> str:
    """Return the page of readme.md with this sample's figures; `files` maps paths to rows."""
    page = Template((Path(__file__).parent / "readme.md").read_text(encoding="utf-8"))
    plan = story.plan
    return page.substitute(
        people=_number(story.people),
        number=story.people,
        seed=seed,
        files="\n".join(f"| `{path}` | {_content(path)} | {_number(rows)} |" for path, rows in sorted(files.items())),
        walk="\n".join(line for year in (2024, 2025, 2026) for line in commands(story, year, set(files))),
        story="\n".join(
            f"| {d.number}, {d.fund}, {d.month_from} – {d.month_to} | {_number(d.headcount)} | {_number(d.ceiling)} |"
            for d in story.decrees
        ),
        plan_workers=_number(plan.headcount),
        plan_cost=_number(plan.cost),
        usable=_number(plan.usable),
        shortfall=_number(plan.shortfall),
        shared_revenue=_number(story.shared_revenue),
        unknown_nik=f"{UNKNOWN_NIK_SHARE:.1%}",
        rates=_rates(),
    )


def _number(number: int) -> str:
    return grouped(number, "id")


def _content(path: str) -> str:
    return next(text for begin, text in _CONTENTS.items() if path.startswith(begin))


def _rates() -> str:
    """Return one line per defect: its code, its meaning, and its share of each register's rows."""
    lines = ["| | Indonesia | English | " + " | ".join(_SOURCES) + " |", "|---|---|---|" + "--:|" * len(_SOURCES)]
    for code, defect in defects.table().items():
        shares = " | ".join(_percent(defect["rows"].get(source)) for source in _SOURCES)
        lines.append(f"| `{code}` | {defect['id']} | {defect['en']} | {shares} |")
    return "\n".join(lines)


def _percent(parts: int | None) -> str:
    return f"{parts / defects.PARTS:.2%}" if parts else ""
