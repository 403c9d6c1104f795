"""Makes a World be what a file declares."""

from emulator.authentication.credentials import Credential
from emulator.control.clock import move_clock
from emulator.control.refusals import BadRequestError
from emulator.declared.calls import Calls
from emulator.declared.declarations import Declarations
from emulator.declared.document import Mistakes
from emulator.declared.mappings import MappingDeclarer
from emulator.declared.queues import QueueDeclarer
from emulator.declared.subscriptions import SubscriptionDeclarer
from emulator.declared.topics import TopicDeclarer
from emulator.faults.fault import Fault
from emulator.faults.soundness import UnsoundRuleError

NOTHING = Declarations()


class Applied:
    """A World, and what was declared in it last."""

    def __init__(self, calls: Calls, declared: Declarations = NOTHING) -> None:
        """``declared`` is there already."""
        self._calls = calls
        self._world = calls.world
        self.declared = declared
        self._faults: list[Fault] = []

    async def apply(
        self, declarations: Declarations, mistakes: Mistakes, *, prune: bool = False, keep_time: bool = False
    ) -> None:
        """Make what is new, and set what changed since the last call; with ``prune``, delete what is gone.

        Messages stay, and with ``keep_time`` the clock. What cannot be done is added to ``mistakes``.
        """
        before = self.declared
        if declarations.clock != before.clock and not keep_time:
            await self._move_clock(declarations, mistakes)
        if declarations.principals is not None or before.principals is not None:
            self._declare_principals(declarations, mistakes)
        queues = QueueDeclarer(self._calls, declarations, mistakes)
        await queues.declare(before.queues)
        if declarations.topics or declarations.subscriptions or before.topics or before.subscriptions:
            topics = TopicDeclarer(self._calls, declarations, mistakes)
            await topics.declare(before.topics)
            subscriptions = SubscriptionDeclarer(self._calls, declarations, queues, mistakes)
            await subscriptions.declare(before.subscriptions)
            if prune:
                gone = before.subscriptions.keys() - declarations.subscriptions.keys()
                await subscriptions.delete(before.subscriptions[key] for key in gone)
                await topics.delete(before.topics[arn] for arn in before.topics.keys() - declarations.topics.keys())
        if declarations.mappings or before.mappings:
            mappings = MappingDeclarer(self._calls, queues, mistakes)
            await mappings.declare(declarations.mappings, before.mappings)
            if prune:
                gone_mappings = before.mappings.keys() - declarations.mappings.keys()
                await mappings.delete(before.mappings[key] for key in gone_mappings)
        if prune:
            await queues.delete(before.queues[arn] for arn in before.queues.keys() - declarations.queues.keys())
        if [rule for rule, _ in declarations.faults] != [rule for rule, _ in before.faults]:
            self._set_faults(declarations, mistakes)
        self.declared = declarations

    def _declare_principals(self, declarations: Declarations, mistakes: Mistakes) -> None:
        """Make the principals those of the file; others that are declared besides stay."""
        identities, before, declared = self._world.identities, self.declared.principals, declarations.principals
        if before is not None:
            identities.remove(before.by_key, before.roles, before.organizations)
        if declared is None:
            return
        for key, path in declared.keys.items():
            account, belongs_to = declared.by_key[key].account, self._calls.account_of(key)
            if account != belongs_to and key not in declared.accounts:
                text = f"The access key {key} belongs to the account {belongs_to}, and not to that of the principal"
                mistakes.add(path, f"{text}; the option access_keys can give it the account {account}.")
        identities.accounts |= declared.accounts
        for key, secret in declared.secrets.items():
            identities.issued[key] = Credential(key, secret, declared.accounts[key])
        identities.add(declared.by_key, declared.roles, declared.organizations)

    async def _move_clock(self, declarations: Declarations, mistakes: Mistakes) -> None:
        if declarations.clock is None:
            return
        try:
            await move_clock(self._world, declarations.clock)
        except BadRequestError as error:
            mistakes.add(("clock",), str(error))

    def _set_faults(self, declarations: Declarations, mistakes: Mistakes) -> None:
        for fault in self._faults:
            if self._world.faults.find(fault.id) is fault:
                self._world.faults.remove(fault)
        self._faults = []
        for rule, path in declarations.faults:
            try:
                self._faults.append(self._world.faults.add(rule))
            except UnsoundRuleError as error:
                field = str(error).partition(":")[0].partition(".")[0]  # the text begins with it
                mistakes.add((*path, field), str(error))
