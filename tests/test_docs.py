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

from api.app import create_app
from cli.main import jamsos
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE
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


def documented_commands():
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", (ROOT / "docs/walk.md").read_text(), flags=re.S)
    return [line for block in blocks for line in block.splitlines() if line.startswith("jamsos ")]


@pytest.mark.parametrize("line", documented_commands())
def test_a_command_of_the_walk_can_be_typed(line):
    _, *words = shlex.split(line, comments=True)
    command, context = jamsos, click.Context(jamsos)
    while isinstance(command, click.Group):
        _, command, words = command.resolve_command(context, words)
        context = click.Context(command, parent=context)

    command.make_context(command.name, words, parent=context.parent)  # click refuses an option it does not know
    assert not isinstance(command, click.Group)
