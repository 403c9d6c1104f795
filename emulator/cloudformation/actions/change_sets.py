"""The actions of change sets, by which ``aws cloudformation deploy`` and ``sam deploy`` change stacks."""

from collections.abc import Iterator

from msgspec.structs import replace

from api_shapes import cloudformation as cfn
from emulator.actions.registry import action
from emulator.cloudformation.actions.requests import check_capabilities, new_stack, source_of, stack_named, time
from emulator.cloudformation.actions.stacks import check_changeable
from emulator.cloudformation.deployment import Evaluated
from emulator.cloudformation.errors import AlreadyExists, ChangeSetNotFound, InvalidChangeSetStatus, ValidationError
from emulator.cloudformation.service import Context, contents, is_same
from emulator.cloudformation.stack_record import REVIEW, ChangeSetRecord, PlannedChange, StackRecord

_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
_AVAILABLE, _UNAVAILABLE = "AVAILABLE", "UNAVAILABLE"


@action(cfn.CREATE_CHANGE_SET)
async def create_change_set(ctx: Context, request: cfn.CreateChangeSetInput) -> cfn.CreateChangeSetOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html"""
    stack = _stack_of(ctx, request)
    source = source_of(request, stack.source if stack.exists else None, previous=request.use_previous_template)
    new = await ctx.state.evaluated(ctx, stack, source)
    check_capabilities(new.stack.template, source.capabilities, macros=False)
    old = await ctx.state.before(ctx, stack) if stack.exists else None
    changes = tuple(_changes(stack, new, old))
    same = old is not None and is_same(new, old) and source.tags == stack.source.tags
    made = ChangeSetRecord(
        request.change_set_name,
        stack.id.replace(":stack/", ":changeSet/").replace(f"/{stack.name}/{stack.uuid}", "")
        + f"/{request.change_set_name}/{ctx.ids.uuid()}",
        source,
        "FAILED" if same else "CREATE_COMPLETE",
        _UNAVAILABLE if same else _AVAILABLE,
        ctx.clocks.now_of(ctx.account),
        changes,
        request.description,
        _NO_CHANGES if same else None,
    )
    stack = ctx.state.stacks.find(ctx.account, ctx.region, stack.id) or stack
    _put(ctx, replace(stack, change_sets=(*stack.change_sets, made)))
    return cfn.CreateChangeSetOutput(id=made.id, stack_id=stack.id)


def _stack_of(ctx: Context, request: cfn.CreateChangeSetInput) -> StackRecord:
    """The stack that a change set is for: a new one if it is to be created."""
    found = ctx.state.stacks.find(ctx.account, ctx.region, request.stack_name)
    if request.change_set_type == "IMPORT":
        raise ValidationError("ChangeSetType IMPORT is not emulated.")
    if request.change_set_type == "CREATE":
        if found is not None and found.exists:
            raise ValidationError(f"Stack [{found.name}] already exists and cannot be created again with the changeSet")
        stack = found or new_stack(ctx, request.stack_name, REVIEW)
    elif found is None or not found.exists:
        raise ValidationError(f"Stack [{request.stack_name}] does not exist")
    else:
        check_changeable(found)
        stack = found
    if any(each.name == request.change_set_name for each in stack.change_sets):
        raise AlreadyExists(f"ChangeSet {request.change_set_name} already exists")
    return stack


def _changes(stack: StackRecord, new: Evaluated, old: Evaluated | None) -> Iterator[PlannedChange]:
    before = {} if old is None else dict(old.stack.resources)
    ids = {each.logical_id: each.physical_id for each in stack.resources}
    for name, resource in new.stack.resources.items():
        known = before.pop(name, None)
        if known is None:
            yield PlannedChange("Add", name, resource.type)
        elif known.type != resource.type or contents(new.stack, known) != contents(new.stack, resource):
            yield PlannedChange("Modify", name, resource.type, ids.get(name))
    for name, resource in before.items():
        yield PlannedChange("Remove", name, resource.type, ids.get(name))


@action(cfn.DESCRIBE_CHANGE_SET, reads=True)
def describe_change_set(ctx: Context, request: cfn.ChangeSetInput) -> cfn.DescribeChangeSetOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html"""
    stack, found = _found(ctx, request)
    parameters = [
        cfn.Parameter(parameter_key=key, parameter_value=value) for key, value in found.source.parameters.items()
    ]
    return cfn.DescribeChangeSetOutput(
        change_set_name=found.name,
        change_set_id=found.id,
        stack_id=stack.id,
        stack_name=stack.name,
        description=found.description,
        parameters=parameters or None,
        creation_time=time(found.created_at),
        execution_status=found.execution,
        status=found.status,
        status_reason=found.reason,
        notification_arns=[],
        capabilities=list(found.source.capabilities),
        tags=[cfn.Tag(key=key, value=value) for key, value in found.source.tags.items()] or None,
        changes=[_change(each) for each in found.changes],
    )


def _change(planned: PlannedChange) -> cfn.Change:
    modifies = planned.action == "Modify"
    return cfn.Change(
        type="Resource",
        resource_change=cfn.ResourceChange(
            action=planned.action,
            logical_resource_id=planned.logical_id,
            physical_resource_id=planned.physical_id,
            resource_type=planned.type,
            replacement="False" if modifies else None,
            scope=["Properties"] if modifies else [],
        ),
    )


@action(cfn.EXECUTE_CHANGE_SET)
async def execute_change_set(ctx: Context, request: cfn.ChangeSetInput) -> cfn.Empty:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html"""
    stack, found = _found(ctx, request)
    if found.execution != _AVAILABLE:
        raise InvalidChangeSetStatus(
            f"ChangeSet [{found.id}] cannot be executed in its current status of [{found.status}]"
        )
    if stack.exists:
        check_changeable(stack)
    new = await ctx.state.evaluated(ctx, stack, found.source)
    deploy = ctx.state.update if stack.exists else ctx.state.create
    if stack.exists:
        check_changeable(stack_named(ctx, stack.id))
    work = deploy(ctx, replace(stack, change_sets=(), change_set_id=found.id), found.source, new)
    await ctx.state.to_the_end(work)
    return cfn.Empty()


@action(cfn.DELETE_CHANGE_SET)
def delete_change_set(ctx: Context, request: cfn.ChangeSetInput) -> cfn.Empty:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html"""
    try:
        stack, found = _found(ctx, request)
    except ChangeSetNotFound:
        return cfn.Empty()
    _put(ctx, replace(stack, change_sets=tuple(each for each in stack.change_sets if each is not found)))
    return cfn.Empty()


def _found(ctx: Context, request: cfn.ChangeSetInput) -> tuple[StackRecord, ChangeSetRecord]:
    return find_change_set(ctx, request.change_set_name, request.stack_name)


def find_change_set(ctx: Context, name: str, stack_name: str | None) -> tuple[StackRecord, ChangeSetRecord]:
    """A change set by its id, or by its name and that of its stack; ChangeSetNotFound if there is none."""
    if name.startswith("arn:"):
        stacks = ctx.state.stacks.of(ctx.account, ctx.region)
    elif stack_name is None:
        raise ValidationError("StackName must be specified if ChangeSetName is not specified as an ARN.")
    else:
        stacks = [stack_named(ctx, stack_name)]
    for stack in stacks:
        for each in stack.change_sets:
            if name in (each.name, each.id):
                return stack, each
    raise ChangeSetNotFound.of(name)


def _put(ctx: Context, stack: StackRecord) -> None:
    ctx.state.stacks.put(stack)
