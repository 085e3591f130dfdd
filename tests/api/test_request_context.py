"""The path of a request: one module uses the request; all others use its parsed, frozen form."""

import ast
import dataclasses
from pathlib import Path

import pytest

from api.http import request_context
from api.http.request_context import GraphQLParams, RequestContext, RequestHead, with_params
from jamsos.access.rules import Actor

API = Path(__file__).parents[2] / "api"
PARSING = {"http/requests.py"}
REQUESTS = {"Request", "FastRequest", "HTTPConnection"}
HEAD = RequestHead(
    request_id="r-1",
    method="POST",
    language="id",
    media_type="application/json",
    credential=None,
    purpose="audit",
    network="10.0.0.0",
    is_page_wanted=False,
    accept_encoding="gzip",
    known_etags="",
    idempotency_key=None,
    notes={},
)


def takers(source):
    """Return the functions that take a request or do not declare their parameters; `self` and lambdas excepted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            words = {
                word.id if isinstance(word, ast.Name) else word.attr
                for argument in given
                if argument and argument.annotation
                for word in ast.walk(_parsed(argument.annotation))
                if isinstance(word, ast.Name | ast.Attribute)
            }
            if words & REQUESTS:
                yield node.name


def _parsed(annotation):
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value)
    return annotation


def test_only_the_parsing_module_takes_a_request():
    found = {
        str(path.relative_to(API)): names for path in API.rglob("*.py") if (names := list(takers(path.read_text())))
    }

    assert found.keys() == PARSING, found
    assert {"head_of", "graphql_request", "export_request"} <= set(found["http/requests.py"])


@pytest.mark.parametrize(
    "source",
    [
        "def f(request: Request): ...",
        "async def f(*, request: 'Request'): ...",
        "def f(request: starlette.requests.Request | None): ...",
        "class C:\n    async def f(self, work: Callable[[FastRequest], int]): ...",
    ],
)
def test_a_function_that_takes_a_request_is_found_however_it_says_so(source):
    assert list(takers(source)) == ["f"]


def test_every_part_of_a_request_is_frozen():
    kinds = [kind for kind in vars(request_context).values() if dataclasses.is_dataclass(kind)]

    assert {RequestHead, RequestContext, GraphQLParams} <= set(kinds)
    assert all(kind.__dataclass_params__.frozen for kind in kinds if kind.__module__ == request_context.__name__)


def test_a_context_holds_its_head_unchanged_and_who_asks_and_for_what():
    actor, params = Actor("office"), GraphQLParams("{ me { name } }", None, None, {})

    context = with_params(HEAD, actor, params)

    assert {field.name: getattr(context, field.name) for field in dataclasses.fields(context)} == {
        **{field.name: getattr(HEAD, field.name) for field in dataclasses.fields(HEAD)},
        "actor": actor,
        "params": params,
    }
    with pytest.raises(dataclasses.FrozenInstanceError):
        context.actor = Actor("another")
