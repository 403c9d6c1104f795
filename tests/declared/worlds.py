"""Worlds that a file declares, without a server."""

from pathlib import Path

from emulator.configuration.settings import Settings
from emulator.declared.applying import Applied
from emulator.declared.calls import Calls
from emulator.declared.configuration import check
from emulator.declared.declarations import declarations_of
from emulator.declared.document import Document, Mistakes
from emulator.declared.loading import load
from emulator.world.world import World

ACCOUNT = "000000000000"
REGION = "us-east-1"


def document(folder: Path, text: str, suffix: str = "toml") -> Document:
    file = folder / f"emulator.{suffix}"
    file.write_text(text, encoding="utf-8")
    return load(str(file))


class DeclaredWorld:
    """A World to which files are applied, one after another."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.folder = folder
        self.settings = settings or Settings()
        self.world = World(self.settings)
        self._applied = Applied(Calls(self.world, self.settings, "http://localhost:4566"))

    async def apply(self, text: str, suffix: str = "toml", *, prune: bool = False) -> None:
        read = document(self.folder, text, suffix)
        await check(read, self.settings)
        mistakes = Mistakes(read)
        declarations = declarations_of(read, mistakes, self.settings.account_id, self.settings.region)
        await self._applied.apply(declarations, mistakes, prune=prune)
        mistakes.check()

    def queue(self, name: str, account: str = ACCOUNT, region: str = REGION) -> dict[str, str]:
        """The attributes that the queue has, with defaults."""
        return self.world.sqs.queues.get(account, region, name).attributes.values

    def topic(self, name: str, account: str = ACCOUNT, region: str = REGION) -> dict[str, str]:
        """The attributes of a topic that are set."""
        topic = self.world.sns.topics.get(f"arn:aws:sns:{region}:{account}:{name}")
        assert topic is not None
        return topic.settings

    def subscriptions(self, topic: str = "events") -> dict[str, dict[str, str]]:
        """The attributes of the subscriptions of a topic, by endpoint."""
        return {
            each.endpoint: dict(each.settings)
            for each in self.world.sns.subscriptions
            if each.topic_arn.endswith(f":{topic}")
        }
