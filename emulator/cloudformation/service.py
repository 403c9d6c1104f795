"""Deploys stacks. What a call starts is done when it is answered, so waiters end with their first look."""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from msgspec.structs import replace

from emulator.actions.context import ActionContext
from emulator.cloudformation.deployment import Evaluated, evaluated, evaluated_before, retained, tried, without
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.stack_record import EventRecord, ResourceRecord, Source, StackRecord
from emulator.cloudformation.stacks import Stacks
from emulator.configuration.settings import Settings
from emulator.declared.applying import NOTHING, Applied
from emulator.declared.calls import Calls
from emulator.declared.configuration import Present, state_without_messages
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, DocumentPath, Mistakes
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.stack import Stack
from emulator.world.world import World

STACK_TYPE = "AWS::CloudFormation::Stack"
Result = TypeVar("Result")

_SKIPPED = "Not emulated, and skipped"
_MASKED = "****"


class CloudFormation:
    """The state of CloudFormation, and what deploys its stacks."""

    def __init__(self, world: World, settings: Settings) -> None:
        self._world = world
        self._settings = settings
        self._under_way: set[asyncio.Future[Any]] = set()

    @property
    def stacks(self) -> Stacks:
        return self._world.stacks

    def exports(self, account: str, region: str, but: str = "") -> dict[str, Any]:
        """The values that stacks export, by their names, without those of the stack with the id ``but``."""
        return {
            output.export: output.value
            for stack in self.stacks.of(account, region)
            if stack.exists and stack.id != but
            for output in stack.outputs
            if output.export is not None
        }

    def place(self, context: "Context", stack: StackRecord) -> StackPlace:
        return StackPlace(stack.name, stack.uuid, stack.account, stack.region, context.endpoint)

    async def evaluated(self, context: "Context", stack: StackRecord, source: Source) -> Evaluated:
        """Evaluate a template for a stack, in a thread; ValidationError with its mistakes."""
        exports = self.exports(stack.account, stack.region, but=stack.id)
        return await asyncio.to_thread(evaluated, source, self.place(context, stack), self._settings, exports)

    async def before(self, context: "Context", stack: StackRecord) -> Evaluated:
        """What the stack consists of now."""
        exports = self.exports(stack.account, stack.region, but=stack.id)
        return await asyncio.to_thread(
            evaluated_before, stack.source, self.place(context, stack), self._settings, exports
        )

    # -- Deploying -----------------------------------------------------------------------------

    async def create(self, context: "Context", stack: StackRecord, source: Source, new: Evaluated) -> StackRecord:
        """Make what a template declares. A stack whose resources cannot be made ends in ROLLBACK_COMPLETE."""
        stack = self._begin(context, replace(stack, source=source), "CREATE_IN_PROGRESS")
        return await self._deploy(context, stack, new, None, "CREATE", "ROLLBACK_COMPLETE")

    async def update(self, context: "Context", stack: StackRecord, source: Source, new: Evaluated) -> StackRecord:
        """Change a stack, or leave it as it is if that is impossible: it ends in UPDATE_ROLLBACK_COMPLETE then."""
        old = await self.before(context, stack)
        self._refuse_busy(stack)
        if is_same(new, old) and (source.tags, source.parameters) == (stack.source.tags, stack.source.parameters):
            raise ValidationError("No updates are to be performed.")
        before = stack.source
        stack = self._begin(context, replace(stack, source=source), "UPDATE_IN_PROGRESS")
        stack = await self._deploy(context, stack, new, old, "UPDATE", "UPDATE_ROLLBACK_COMPLETE")
        if stack.status == "UPDATE_ROLLBACK_COMPLETE":
            stack = self._put(replace(stack, source=before))
        return stack

    def _refuse_busy(self, stack: StackRecord) -> None:
        """ValidationError if another call has begun to change the stack meanwhile."""
        now = self.stacks.find(stack.account, stack.region, stack.id)
        if now is not None and now.exists and now.status.endswith("_IN_PROGRESS"):
            raise ValidationError(f"Stack:{stack.id} is in {now.status} state and can not be updated.")

    async def to_the_end(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do ``work``, also if the client that asked for it hangs up."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def delete(self, context: "Context", stack: StackRecord) -> None:
        """Delete what a stack has made, but for what it retains."""
        used = self._importer(stack)
        if used is not None:
            self._end(context, stack, "DELETE_FAILED", used)
            return
        stack = self._begin(context, stack, "DELETE_IN_PROGRESS")
        mistakes = Mistakes(Document("", {}))
        if stack.resources:
            with self._finished(context, stack, "DELETE_FAILED"):
                old = await self.before(context, stack)
                declared = without(old.declarations, retained(old))
                await self._applied(context, declared).apply(NOTHING, mistakes, prune=True)
        if len(mistakes):
            self._end(context, stack, "DELETE_FAILED", " ".join(mistakes.lines()))
            return
        gone = [self._event(context, each, "DELETE_COMPLETE") for each in reversed(stack.resources)]
        stack = replace(stack, deleted_at=self._now(context), resources=(), events=(*stack.events, *gone))
        self._end(context, stack, "DELETE_COMPLETE")

    def _importer(self, stack: StackRecord) -> str | None:
        """Why an export cannot be deleted; None if no stack imports one."""
        exports = [output.export for output in stack.outputs if output.export is not None]
        for other in self.stacks.of(stack.account, stack.region):
            for export in exports:
                if other.exists and other.id != stack.id and export in other.imports:
                    return f"Export {export} cannot be deleted as it is in use by {other.name}"
        return None

    async def _deploy(
        self, context: "Context", stack: StackRecord, new: Evaluated, old: Evaluated | None, verb: str, failed: str
    ) -> StackRecord:
        declared = NOTHING if old is None else without(old.declarations, retained(old) - new.stack.resources.keys())
        with self._finished(context, stack, f"{verb}_FAILED"):
            self._refuse_existing(new, declared)
            if not len(new.mistakes):
                await tried(new, self._settings, Present(state_without_messages(self._world), declared))
            failures = new.failures()
            leftovers = Mistakes(Document("", {}))  # what cannot be deleted
            if not failures:
                await self._applied(context, declared).apply(new.declarations, leftovers, prune=True)
        unchanged = set() if old is None else _unchanged(new, old)
        stack = self._with_resources(context, stack, new, verb, failures, unchanged)
        if failures:
            reason = f"The following resource(s) failed to {verb.lower()}: [{', '.join(filter(None, failures))}]."
            stack = self._put(replace(stack, resources=stack.resources if old is not None else ()))
            return self._end(context, stack, failed, reason)
        stack = replace(
            stack,
            outputs=new.outputs(),
            imports=new.imports,
            parameters=dict(_shown(new)),
            description=new.stack.template.description,
            updated_at=None if old is None else self._now(context),
        )
        return self._end(context, stack, f"{verb}_COMPLETE", " ".join(leftovers.lines()) or None)

    @contextmanager
    def _finished(self, context: "Context", stack: StackRecord, status: str) -> Iterator[None]:
        """Let no stack be in progress forever: after an error it has ``status``."""
        try:
            yield
        except BaseException:
            self._end(context, stack, status, "Internal Failure")
            raise

    def _refuse_existing(self, new: Evaluated, before: Declarations) -> None:
        """A resource of a name that is taken is a failure, as in AWS."""
        for arn, queue in new.declarations.queues.items():
            if arn not in before.queues and self._world.sqs.queues.find(arn) is not None:
                new.mistakes.add((*queue.path, "name"), f"{queue.identity.name} already exists")
        for arn, topic in new.declarations.topics.items():
            if arn not in before.topics and self._world.sns.topics.get(arn) is not None:
                new.mistakes.add((*topic.path, "name"), f"{topic.identity.name} already exists")

    def _applied(self, context: "Context", declared: Declarations) -> Applied:
        return Applied(Calls(self._world, self._settings, context.endpoint), declared)

    # -- Records -------------------------------------------------------------------------------

    def _now(self, context: "Context") -> float:
        return context.clocks.now_of(context.account)

    def _put(self, stack: StackRecord) -> StackRecord:
        self.stacks.put(stack)
        return stack

    def _begin(self, context: "Context", stack: StackRecord, status: str) -> StackRecord:
        return self._end(context, stack, status, "User Initiated")

    def _end(self, context: "Context", stack: StackRecord, status: str, reason: str | None = None) -> StackRecord:
        """Keep the stack with a new status, and with the event that says so."""
        event = EventRecord(context.ids.uuid(), stack.name, stack.id, STACK_TYPE, status, self._now(context), reason)
        shown = None if reason == "User Initiated" else reason
        return self._put(replace(stack, status=status, reason=shown, events=(*stack.events, event)))

    def _event(
        self, context: "Context", resource: ResourceRecord, status: str, reason: str | None = None
    ) -> EventRecord:
        return EventRecord(
            context.ids.uuid(),
            resource.logical_id,
            resource.physical_id,
            resource.type,
            status,
            self._now(context),
            reason,
        )

    def _subscription_arn(self, new: Evaluated, path: DocumentPath) -> str | None:
        """The ARN of the subscription that a resource has become, which no template knows."""
        key = next((key for key, each in new.declarations.subscriptions.items() if each.path == path), None)
        found = None if key is None else self._world.sns.subscriptions.directory.by_endpoint.first(key)
        return None if found is None else found.arn

    def _with_resources(
        self,
        context: "Context",
        stack: StackRecord,
        new: Evaluated,
        verb: str,
        failures: Mapping[str, str],
        unchanged: set[str],
    ) -> StackRecord:
        """The stack with its resources, and with events of those that changed. With failures only those have events."""
        resources, events = [], []
        before = {each.logical_id: each for each in stack.resources}
        for resource in new.resources():
            reason = None if resource.type in new.stack.types else _SKIPPED
            known = before.pop(resource.logical_id, None)
            kind = "CREATE" if known is None else verb
            if known is not None and resource.logical_id in unchanged:
                resources.append(known)
                continue
            physical_id = self._subscription_arn(new, resource.path) or new.physical_id(resource)
            record = ResourceRecord(
                resource.logical_id, physical_id, resource.type, f"{kind}_COMPLETE", self._now(context), reason
            )
            if resource.logical_id in failures:
                events.append(self._event(context, record, f"{kind}_FAILED", failures[resource.logical_id]))
            elif not failures:
                resources.append(record)
                events.append(self._event(context, record, f"{kind}_IN_PROGRESS"))
                events.append(self._event(context, record, record.status, reason))
        if failures:
            return replace(stack, events=(*stack.events, *events))
        events += [self._event(context, each, "DELETE_COMPLETE") for each in before.values()]
        return replace(stack, resources=tuple(resources), events=(*stack.events, *events))


Context = ActionContext[CloudFormation]


def is_same(new: Evaluated, old: Evaluated) -> bool:
    """Whether two evaluations of a stack give the same resources and outputs."""
    return _content(new) == _content(old)


def _content(of: Evaluated) -> tuple[Any, ...]:
    resources = {name: (each.type, contents(of.stack, each)) for name, each in of.stack.resources.items()}
    return resources, {each.name: each for each in of.outputs()}


def _unchanged(new: Evaluated, old: Evaluated) -> set[str]:
    """The logical ids of the resources that are as they were."""
    before, after = _content(old)[0], _content(new)[0]
    return {name for name, content in after.items() if before.get(name) == content}


def contents(stack: Stack, resource: Any) -> Any:
    """What a resource consists of: its properties, evaluated if it is emulated."""
    return resource.properties() if resource.type in stack.types else resource.written


def _shown(new: Evaluated) -> Iterable[tuple[str, str]]:
    """The values of parameters as DescribeStacks shows them."""
    for name, value in new.stack.parameters.items():
        declaration = new.stack.template.parameters[name]
        hidden = isinstance(declaration, dict) and str(declaration.get("NoEcho")).lower() == "true"
        yield name, _MASKED if hidden else ",".join(value) if isinstance(value, list) else value
