"""The first example in other languages does what it does in Python."""

from pathlib import Path

import pytest

from tests.clients.toolchains import GO, JAVA, JAVASCRIPT, Toolchain
from tests.server import running_server
from tests.test_example_projects import blocks, exports

PROJECT = Path(__file__).parents[2] / "examples" / "service-to-service"
PROGRAMS = {JAVA: ("Shop.java", "Crm.java"), JAVASCRIPT: ("shop.mjs", "crm.mjs"), GO: ("shop.go", "crm.go")}


@pytest.mark.parametrize("toolchain", PROGRAMS, ids=lambda toolchain: toolchain.name)
def test_shop_and_crm_print_what_they_print_in_python(toolchain: Toolchain) -> None:
    if reason := toolchain.why_not():
        pytest.skip(reason)
    shop, crm = PROGRAMS[toolchain]
    with running_server("--template", str(PROJECT / "template.yaml")) as server:
        settings = exports(PROJECT) | {"AWS_ENDPOINT_URL": server.url, "AWS_REGION": "us-east-1"}

        def run(file: str, *arguments: str) -> str:
            code = (PROJECT / toolchain.name / file).read_text()
            done = toolchain.run(file, code, settings, *arguments)
            assert done.returncode == 0, done.stderr
            return done.stdout

        printed = run(shop, "coffee", "tea") + run(crm, "2")
    assert printed.splitlines() == [line for line in blocks(PROJECT, "console")[0].splitlines() if line[0] != "$"]
