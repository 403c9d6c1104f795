"""The error of a configuration file, or of a file with a state."""

from collections.abc import Iterable


class DocumentError(Exception):
    """A file that cannot be used; ``lines`` says for each mistake where it is and what is wrong."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))
