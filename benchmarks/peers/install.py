"""Installs the peers, each into a folder of its own under .peers, if the tools for it are available.

python -m benchmarks.peers.install [NAME]...
"""

import shutil
import subprocess

import click

from benchmarks.peers.table import PEERS, UNAVAILABLE, Peer


def install(peer: Peer) -> str:
    """Install a peer. Returns the result, in a line."""
    if peer.is_installed:
        return f"{peer.version} is there"
    if peer.tool is not None and shutil.which(peer.tool) is None:
        return f"skipped: {peer.tool} is not here"
    peer.home.mkdir(parents=True, exist_ok=True)
    for command in peer.install:
        words = [word.format(home=peer.home, version=peer.version) for word in command]
        try:
            subprocess.run(words, cwd=peer.home, check=True, stdout=subprocess.DEVNULL)
        except subprocess.CalledProcessError as error:
            return f"skipped: {error}"
    peer.note_installed()
    return f"{peer.version} installed"


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice([peer.name for peer in PEERS], case_sensitive=False))
def main(names: tuple[str, ...]) -> None:
    for peer in PEERS:
        if not names or peer.name in names:
            print(f"{peer.name}: {install(peer)}", flush=True)
    for name, reason in UNAVAILABLE.items():
        print(f"{name}: skipped: {reason}")


if __name__ == "__main__":
    main()
