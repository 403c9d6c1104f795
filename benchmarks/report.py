"""Writes the tables of README.md and docs/performance.md anew, from the results.

python -m benchmarks.report

In the pages a table stands between <!-- table: NAME --> and <!-- end of table -->. One whose results are missing stays
as it is.
"""

import re
from pathlib import Path

import click

from benchmarks.results import RESULTS, ROOT
from benchmarks.tables import TABLES, MissingError

PAGES = (ROOT / "README.md", ROOT / "docs" / "performance.md")

TABLE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)


def filled(page: str, folder: Path) -> str:
    """The text of a page with its tables as the results in ``folder`` have it."""

    def table(found: re.Match[str]) -> str:
        before, name, _, after = found.groups()
        try:
            return before + "\n" + "\n".join(TABLES[name](folder)) + "\n\n" + after
        except MissingError as error:
            print(f"{name} stays as it is: {error}")
            return found[0]

    return TABLE.sub(table, page)


@click.command(help=__doc__)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")
def main(results: Path) -> None:
    for page in PAGES:
        page.write_text(filled(page.read_text(), results))


if __name__ == "__main__":
    main()
