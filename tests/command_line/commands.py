"""Commands as tests call them: in this process, against the server of the tests, for one account."""

import json
from typing import Any

from click.testing import CliRunner, Result

from emulator.__main__ import main

_BARE = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_CA_BUNDLE", "EMULATOR_URL"))


class Commands:
    """``run`` calls a command in the account; without ``account`` it names none."""

    def __init__(self, url: str, account: str | None = None) -> None:
        self._environment = {**_BARE, "EMULATOR_URL": url, "AWS_ACCESS_KEY_ID": account}

    def run(self, *arguments: str, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Result:
        """Whatever its exit code is. A traceback is a failure of the test."""
        result = CliRunner().invoke(main, arguments, input=stdin, env={**self._environment, **(env or {})})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def text(self, *arguments: str, stdin: str | bytes = "") -> str:
        """What a command prints that succeeds."""
        result = self.run(*arguments, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.output

    def json(self, *arguments: str) -> Any:
        return json.loads(self.text(*arguments, "--json"))

    def error(self, *arguments: str, code: int = 1, stdin: str | bytes = "") -> str:
        """What a command prints that fails."""
        result = self.run(*arguments, stdin=stdin)
        assert result.exit_code == code, result.output
        return result.output
