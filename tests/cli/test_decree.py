"""Approvals on the command line: real processes, each officer with a personal key."""

import pytest
from sqlalchemy import text

from jamsos.access.rules import AgencyKind
from jamsos.decrees.rules import EndReason, Leaving
from jamsos.months import Month
from tests.cli.test_api import KEYS
from tests.cli.test_main import jamsos
from tests.decrees.builders import NUMBER, amend, decreed, fund, line_of, run
from tests.decrees.test_annex import nik
from tests.officers import agency, personal_key, program_key
from tests.selection.builders import criteria, settle

STEPS = ("propose", "approve")


@pytest.fixture
async def kept(engine):
    """A list whose criteria ask for two steps, two officers' keys and a village's."""
    async with engine.begin() as connection:
        await fund(connection)
        await settle(connection, 2)
        kept = await run(connection, criteria=criteria(code="strict", approval={"steps": list(STEPS)}), ceiling=201_600)
        await agency(connection)
        await agency(connection, "golo", AgencyKind.village_office, "53.15.05.2001")
        keys = {name: await personal_key(connection, "mabar", name.capitalize()) for name in ("maria", "yosef")}
        keys |= {"village": await personal_key(connection, "golo", "Petugas desa")}
        keys |= {"program": await program_key(connection, "mabar")}
    return kept, keys


@pytest.fixture
def approve(database_url, tmp_path, kept):
    def command(step, key=None):
        run, keys = kept
        given = {"JAMSOS_KEY": keys.get(key, key)} if key else {}
        done = jamsos(
            "decree", "approve", str(run.id), step, "--hash", run.approved_sha256.hex()[:12],
            JAMSOS_DATABASE_URL=database_url, JAMSOS_HOME=str(tmp_path), JAMSOS_LANGUAGE="en", **given,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert not any(secret in done.stdout + done.stderr for secret in keys.values())
        return done

    return command


async def test_each_step_at_the_command_line_is_given_with_another_key(approve, engine):
    first = approve("propose", key="maria")
    same_key = approve("approve", key="maria")
    last = approve("approve", key="yosef")

    assert (first.returncode, "Still needed: approve" in first.stdout) == (0, True)
    assert (same_key.returncode, "APPROVAL_WRONG" in same_key.stderr) == (1, True)
    assert (last.returncode, "Still needed" in last.stdout) == (0, False)
    async with engine.connect() as connection:
        steps = await connection.execute(
            text("select step, officer, recorded_by, proof like 'key %' from programme.run_approvals order by id")
        )
        assert [tuple(row) for row in steps] == [
            ("propose", "Maria", "Maria", True),
            ("approve", "Yosef", "Yosef", True),
        ]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "KEY_NEEDED"),
        ("program", "PROOF_NEEDED"),
        ("jms_000000000000_wrong", "KEY_NOT_RECOGNISED"),
        ("village", "SCOPE_MISSING"),
    ],
)
async def test_without_a_good_key_an_approval_is_refused_in_one_sentence(approve, engine, key, code):
    refused = approve("propose", key=key)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert code in refused.stderr and len(refused.stderr.strip().splitlines()) == 1
    async with engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from programme.run_approvals"))).scalar_one() == 0


async def test_a_list_that_does_not_come_out_again_is_also_the_end_of_the_process(engine, database_url, tmp_path):
    """A script reads the exit code and no sentence; `decree check` has exit codes, too."""
    key = {"JAMSOS_DATABASE_URL": database_url, "JAMSOS_HOME": str(tmp_path), "JAMSOS_LANGUAGE": "en"}
    async with engine.begin() as connection:
        decree, *_ = await decreed(connection)
    folder = tmp_path / "manifest"
    jamsos("selection", "manifest", str(decree.run_id), str(folder), "--purpose", "audit", **key)

    equal = jamsos("selection", "verify", str(folder), **key)
    kept = (folder / "list.csv").read_text()
    (folder / "list.csv").write_text(kept.replace("not_reached", "chosen"))
    other = jamsos("selection", "verify", str(folder), **key)

    assert (equal.returncode, other.returncode) == (0, 1)
    assert other.stdout and not other.stderr


async def test_an_officer_sees_the_open_place_names_who_comes_back_and_is_warned_of_past_months(
    engine, database_url, tmp_path, sealer, own_key
):
    key = own_key | {
        "JAMSOS_DATABASE_URL": database_url, "JAMSOS_HOME": str(tmp_path), "JAMSOS_LANGUAGE": "en", "JAMSOS_SEAL_KEYS": KEYS,
    }  # fmt: skip
    async with engine.begin() as connection:
        _, chosen, _ = await decreed(connection, waiting=0, sealer=sealer)
        await amend(connection, Leaving((await line_of(connection, chosen[0])).id, EndReason.moved, Month(2024, 3)))
    back = tmp_path / "kembali.csv"
    back.write_text(f"nik,alasan,bulan_terakhir,nik_pengganti\n{nik(1)},,,{nik(1)}\n")
    asked = ("decree", "amend", "318/KEP/HK/2024", str(back), "--of", NUMBER, "--signed", "2024-09-05")

    shown = jamsos("decree", "show", NUMBER, **key)
    drafted = jamsos(*asked, "--preview", **key)
    tried = jamsos("enrolment", "preview", NUMBER, **key)
    done = jamsos(*asked, **key)
    after = jamsos("decree", "show", NUMBER, **key)

    assert "Vacant places: 1" in shown.stdout and "2024-04:2024-12" in shown.stdout
    for found in (drafted, done):
        assert (found.returncode, found.stderr) == (0, "")
        assert "Attention: 1 lines begin before the month of signing, from April 2024" in found.stdout
    assert "Would register 2 and carry on 0; nothing was sent." in tried.stdout
    assert "Vacant places" not in after.stdout and "36 of 36 worker-months filled" in after.stdout
