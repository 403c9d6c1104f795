"""How commands fail: each failure is one text for people, and an exit code."""

import click


class Failure(click.ClickException):
    """What was asked for could not be done, or a condition is not met. Exits with 1."""

    exit_code = 1


class NoServerError(Failure):
    """Nothing answers at the URL, or what answers there is not this emulator."""


class RefusedError(Failure):
    """The server answered with an error. ``code`` is AWS's, or the status of the control interface."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(text)
