"""What the documents promise is there."""

import asyncio
import json
import os
import re
import shlex
import shutil
from pathlib import Path

import click
import httpx
import pytest

from api.http.app import create_app
from api.mutations import Mutation
from api.schema.build import build_schema
from cli.main import jamsos
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE
from jamsos.registry import layout_page
from jamsos.settings import Settings
from tests.api import scene
from tests.api.conftest import keys_for, served
from tests.api.walkthrough import examples, is_like

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("infra/**/*.md")]


def test_every_setting_stands_in_running_md():
    text = (ROOT / "docs/running.md").read_text()
    documented = set(re.findall(r"`(JAMSOS_[A-Z_]+)`", text.split("## Settings")[1]))

    assert documented == {f"JAMSOS_{name.upper()}" for name in Settings.model_fields}


def test_every_link_between_documents_leads_somewhere():
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text())
        if not (document.parent / target).exists()
    ]

    assert broken == []


DISTRICTS = '{ districts(first: 2, filter: {regency: {code: {eq: "53.15"}}}) { totalCount } }'


@pytest.fixture
async def told(engine, database_url, sealer):
    """An address that serves the scene, and what stands for $OFFICE and $DOCUMENT."""
    async with engine.begin() as connection:
        await scene.settle(connection, sealer)
        document = await service.trust_document(connection, COMMAND_LINE, name="districts.graphql", body=DISTRICTS)
    keys = await keys_for(engine, ("mabar",))
    async with served(create_app(Settings(), database_url, sealer)) as address:
        yield {"HOST": address, "OFFICE": keys["mabar"], "DOCUMENT": document}


async def ask(example, known):
    """The answer of an example as text; `$NAME` in it stands for what is known."""
    filled = {
        name: re.sub(r"\$([A-Z]+)", lambda found: known[found[1]], value) for name, value in example.headers.items()
    }
    async with httpx.AsyncClient(base_url=known["HOST"]) as client:
        if example.method == "GET":
            return (await client.get(example.path, headers=filled)).text
        body = {"query": example.body}
        if example.body.startswith("documentId: "):
            body = {"documentId": known["DOCUMENT"]}
        return (await client.post(example.path, headers=filled, json=body)).text


async def run(example, known):
    process = await asyncio.create_subprocess_shell(
        example.text, env=os.environ | known, stdout=asyncio.subprocess.PIPE
    )
    return (await process.communicate())[0].decode()


async def test_every_example_of_the_api_answers_what_it_says(told):
    found = examples((ROOT / "docs/api.md").read_text())
    assert len(found) == 10
    for example in found:
        if example.kind == "sh":
            if shutil.which("curl"):
                assert is_like(json.loads(example.answer), json.loads(await run(example, told)))
            continue
        answer = await ask(example, told)
        if example.method == "GET":
            assert answer.splitlines() == example.answer.splitlines()
            continue
        given, shown = json.loads(answer), json.loads(example.answer)
        assert is_like(shown, {"errors": given["errors"]} if "errors" in given else given["data"]), (
            example.text,
            given,
        )
        if "issueApiKey" in shown:
            told["BRANCH"] = given["data"]["issueApiKey"]["key"]


ACTS = [
    [re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[2:5]]
    for line in (ROOT / "docs/api.md").read_text().split("| act | command |")[1].split("\n\n")[0].splitlines()[2:]
]


def test_every_act_of_the_table_has_its_command_its_mutation_and_its_query():
    schema = build_schema(Mutation)._schema
    mutations, queries = set(schema.mutation_type.fields), set(schema.query_type.fields)
    rooms = {"regions", "registry", "people", "selection", "decree", "enrolment", "complaint"}
    rooms |= {"access", "ledger", "donations", "coverage", "claims"}
    named = [{name for act in ACTS for name in act[column]} for column in range(3)]

    assert len(ACTS) > 15
    assert named[1] == mutations
    assert [name for name in named[2] if name not in queries] == []
    for name in named[0]:
        if not name.startswith("--"):
            resolved([*name.split()])
    # and none of their commands is forgotten
    looks = {
        "registry list",
        "people show",
        "people review list",
        "people review show",
        "selection runs",
        "decree list",
    }
    looks |= {"registry layouts", "registry check-layout", "registry draft-layout", "registry example"}
    looks |= {"regions load", "decree show", "decree approvals", "complaint list"}
    looks |= {
        "access keys",
        "access officers",
        "ledger balances",
        "claims balance",
        "coverage differences",
        "coverage list",
        "coverage minutes",
    }
    looks |= {"coverage show", "donations unmatched"}
    # at the office's own desk only: they hold whole numbers, print a gift's paper, or erase
    looks |= {"donations codes", "donations erase", "donations receipt", "donations year"}
    assert {" ".join(path) for path in commands_of(rooms)} == {name for name in named[0] if name[0] != "-"} | looks


def resolved(words):
    """The command that the words lead to, its context, and the words that are left."""
    command, context = jamsos, click.Context(jamsos)
    while isinstance(command, click.Group):
        _, command, words = command.resolve_command(context, words)
        context = click.Context(command, parent=context)
    return command, context, words


def commands_of(rooms, command=jamsos, path=()):
    for name in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), name)
        if path or name in rooms:
            yield from commands_of(rooms, found, (*path, name)) if isinstance(found, click.Group) else [(*path, name)]


def typed(document):
    """What the document lets an officer type, without what stands behind a #."""
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", (ROOT / "docs" / document).read_text(), flags=re.S)
    return [line.split(" #")[0].rstrip() for block in blocks for line in block.splitlines()]


def documented_commands():
    return [line for line in typed("walk.md") if line.startswith("jamsos ")]


def test_the_walk_is_the_same_in_both_languages():
    english, indonesian = ((ROOT / "docs" / name).read_text() for name in ("walk.md", "walk.id.md"))

    assert [line.replace("LANGUAGE=en", "LANGUAGE=id") for line in typed("walk.md")] == typed("walk.id.md")
    assert re.findall(r"^\| \d+ \|.*(\| `[a-z ]+` \| `[a-z/]+` \|)$", english, flags=re.M) == re.findall(
        r"^\| \d+ \|.*(\| `[a-z ]+` \| `[a-z/]+` \|)$", indonesian, flags=re.M
    )
    assert [english.count(mark) for mark in ("\n## ", "\n- **", " # ")] == [
        indonesian.count(mark) for mark in ("\n## ", "\n- **", " # ")
    ]


@pytest.mark.parametrize("line", documented_commands())
def test_a_command_of_the_walk_can_be_typed(line):
    _, *words = shlex.split(line)
    if words[-1] == "--help":
        return
    command, context, words = resolved(words)

    command.make_context(command.name, words, parent=context.parent)  # click refuses an option it does not know
    assert not isinstance(command, click.Group)


def test_the_table_of_layouts_is_made_from_them():
    text = layout_page.PAGE.read_text(encoding="utf-8")

    assert text == layout_page.written(text), "python -m jamsos.registry.layout_page"
