"""Writes the tables of README.md, docs/performance.md and docs/fidelity.md anew, from the results.

python -m benchmarks.report

In the pages a table is between <!-- table: NAME --> and <!-- end of table -->. Tables without results are left
unchanged.
"""

import re
from collections.abc import Collection
from pathlib import Path

import click

from benchmarks.results import RESULTS, ROOT
from benchmarks.tables import TABLES, MissingError

PAGES = (ROOT / "README.md", ROOT / "docs" / "performance.md", ROOT / "docs" / "fidelity.md")

TABLE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)


def filled(page: str, folder: Path, names: Collection[str] = TABLES.keys()) -> str:
    """The text of a page, with its tables that are in ``names`` made again from the results in ``folder``."""

    def table(found: re.Match[str]) -> str:
        before, name, _, after = found.groups()
        if name not in names:
            return found[0]
        try:
            return before + "\n" + "\n".join(TABLES[name](folder)) + "\n\n" + after
        except MissingError as error:
            print(f"{name} stays as it is: {error}")
            return found[0]

    return TABLE.sub(table, page)


def rewrite(folder: Path, names: Collection[str] = TABLES.keys()) -> None:
    for page in PAGES:
        page.write_text(filled(page.read_text(), folder, names))


@click.command(help=__doc__)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")
def main(results: Path) -> None:
    rewrite(results)


if __name__ == "__main__":
    main()
