"""The operations of the OpenAPI document do what it says. tests/control/test_openapi.py runs this file.

Schemathesis makes its cases when tests are collected, which takes seconds. Here only the run that needs them does so,
and not every worker of a parallel run.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import settings
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from emulator.control.openapi import document
from emulator.control.routes import ROUTES
from tests.examples import examples, is_quick
from tests.server import RunningServer, running_server

# The stream of events has no end, so it has tests of its own.
SCHEMA = schemathesis.openapi.from_dict(document(ROUTES)).exclude(path="/_emulator/events")


@pytest.fixture(scope="module")
def own_server() -> Iterator[RunningServer]:
    """A server of this module's own: here everything is reset, and every clock moved."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Keeps its connection, and reads no settings of proxies for each request."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@SCHEMA.parametrize()
@settings(max_examples=1 if is_quick() else examples(15))
def test_operation_does_what_the_document_says(
    case: schemathesis.Case[Any], own_server: RunningServer, session: requests.Session
) -> None:
    excluded: list[CheckFunction] = []
    if case.method != "GET":  # a body may be refused for more than its schema can say
        excluded.append(positive_data_acceptance)
    if case.method == "QUERY":  # a method so young that not every HTTP parser knows it
        excluded.append(unsupported_method)
    case.call_and_validate(base_url=own_server.url, excluded_checks=excluded, session=session)
