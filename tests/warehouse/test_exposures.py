"""Every PDF is an exposure, and depends on exactly the marts that its document asks."""

import importlib
import pkgutil
import re

import pytest
import yaml

import reports.documents
from warehouse.build import PROJECT

DOCUMENTS = [module.name for module in pkgutil.iter_modules(reports.documents.__path__)]


@pytest.fixture(scope="module")
def exposures():
    declared = yaml.safe_load((PROJECT / "models/marts/_exposures.yml").read_text())["exposures"]
    return {each["name"]: {re.sub(r"ref\('(.+)'\)", r"\1", ref) for ref in each["depends_on"]} for each in declared}


def test_every_document_is_an_exposure_and_every_exposure_a_document(exposures):
    assert set(exposures) == set(DOCUMENTS) != set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_exposure_names_the_marts_its_document_asks(exposures, name):
    document = importlib.import_module(f"reports.documents.{name}")
    questions = [text for text in vars(document).values() if isinstance(text, str) and not text.startswith('"""')]
    asked = {mart for question in questions for mart in re.findall(r"(?:from|join) marts\.(\w+)", question)}
    assert asked == exposures[name]
