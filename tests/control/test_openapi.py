"""The OpenAPI document: valid, and true of what the server does."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from starlette.responses import Response

from emulator.control.openapi import document
from emulator.control.refusals import TextRefusal
from emulator.control.routes import ROUTES
from emulator.control.routing import Route
from emulator.world.world import World
from tests.control.calls import call
from tests.server import RunningServer

pytest_plugins = ["pytester"]

DOCUMENT = document(ROUTES)
OPERATIONS_FILE = Path(__file__).with_name("openapi_operations.py")


def test_every_operation_does_what_the_document_says(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    plugins = ("-p", "schemathesis.pytest.plugin", "-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider")
    configuration = ("-c", str(Path(__file__).parents[2] / "pyproject.toml"))
    run = pytester.runpytest_inprocess(*plugins, *configuration, str(OPERATIONS_FILE))
    operations = [
        each for path, methods in DOCUMENT["paths"].items() if path != "/_emulator/events" for each in methods
    ]
    run.assert_outcomes(passed=len(operations))


def test_document_is_valid_and_served(server: RunningServer) -> None:
    OPENAPI_31_VALIDATOR.validate(DOCUMENT)
    assert call(f"{server.url}/_emulator/openapi.json") == (200, DOCUMENT)


def test_every_operation_has_a_name_of_its_own_and_a_summary() -> None:
    operations = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] for operation in operations)


def test_types_and_docstrings_become_parameters_answers_and_refusals() -> None:
    assert DOCUMENT["paths"]["/_emulator/queues/{account}/{region}/{name}"]["get"] == {
        "operationId": "show_queue",
        "summary": "What a queue holds, looked at without receiving anything",
        "parameters": [
            {
                "name": "account",
                "in": "path",
                "required": True,
                "schema": {
                    "type": "string",
                    "pattern": "^[0-9]{12}$",
                    "maxLength": 12,
                    "description": "Twelve digits.",
                },
            },
            {"name": "region", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}},
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 0, "maximum": 10_000, "default": 1_000},
            },
        ],
        "responses": {
            "200": answer("What was asked for.", "QueueContents"),
            "400": answer("The request is invalid. The text says what is wrong, and where.", "ErrorAnswer"),
            "403": answer("The request comes from a web page that is not allowed.", "ErrorAnswer"),
            "404": answer("There is no such thing.", "ErrorAnswer"),
        },
    }


def answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


class Chart(msgspec.Struct):
    pass


class BusyError(TextRefusal):
    """Come again."""

    status = 400


class Wanted(msgspec.Struct):
    which: int | str | None = None


def show_chart(_: World, query: Wanted) -> Chart | Response | None:
    """The chart.

    In ``format``, which may be
    a drawing.
    """


def test_answers_that_are_no_json_and_refusals_of_one_status_stand_side_by_side() -> None:
    route = Route("GET", "/chart", show_chart, refusals=(BusyError,), media_types=("application/json", "text/plain"))
    described = document([route])
    OPENAPI_31_VALIDATOR.validate(described)
    operation = described["paths"]["/chart"]["get"]
    assert operation["description"] == "In `format`, which may be a drawing."
    assert operation["parameters"][0]["schema"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert operation["responses"]["204"] == {"description": "Done."}
    assert operation["responses"]["200"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Chart"}},
        "text/plain": {"schema": {"type": "string"}},
    }
    assert operation["responses"]["400"]["description"].endswith(", and where. Come again.")


def show_drawing(_: World) -> Response:
    """A drawing."""
    return Response()


def test_answer_of_which_nothing_is_known_has_the_empty_schema() -> None:
    described = document([Route("GET", "/drawing", show_drawing)])
    OPENAPI_31_VALIDATOR.validate(described)
    content = described["paths"]["/drawing"]["get"]["responses"]["200"]["content"]
    assert content == {"application/json": {"schema": {}}}


class Odd(msgspec.Struct):
    z: complex


def show_odd(_: World) -> Odd:
    """A type that JSON cannot represent."""
    return Odd(1j)


def test_type_that_has_no_schema_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="complex"):
        document([Route("GET", "/odd", show_odd)])
