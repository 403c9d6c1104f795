"""The actions that list stacks, their events, resources and exports."""

from api_shapes import cloudformation as cfn
from emulator.actions.registry import action
from emulator.cloudformation.actions.requests import stack_named, time
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.service import Context
from emulator.cloudformation.stack_record import ResourceRecord, StackRecord


@action(cfn.DESCRIBE_STACKS, reads=True)
def describe_stacks(ctx: Context, request: cfn.DescribeStacksInput) -> cfn.DescribeStacksOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html"""
    if request.stack_name:
        stacks = [stack_named(ctx, request.stack_name)]
    else:
        stacks = [each for each in ctx.state.stacks.of(ctx.account, ctx.region) if each.deleted_at is None]
    return cfn.DescribeStacksOutput(stacks=[_stack(each) for each in stacks])


def _stack(stack: StackRecord) -> cfn.Stack:
    parameters = [cfn.Parameter(parameter_key=key, parameter_value=value) for key, value in stack.parameters.items()]
    outputs = [
        cfn.Output(output_key=each.name, output_value=each.value, description=each.description, export_name=each.export)
        for each in stack.outputs
    ]
    return cfn.Stack(
        stack_id=stack.id,
        stack_name=stack.name,
        change_set_id=stack.change_set_id,
        description=stack.description,
        parameters=parameters or None,
        creation_time=time(stack.created_at),
        deletion_time=time(stack.deleted_at),
        last_updated_time=time(stack.updated_at),
        stack_status=stack.status,
        stack_status_reason=stack.reason,
        disable_rollback=False,
        notification_arns=[],
        capabilities=list(stack.source.capabilities),
        outputs=outputs or None,
        tags=[cfn.Tag(key=key, value=value) for key, value in stack.source.tags.items()],
        enable_termination_protection=stack.protected,
    )


@action(cfn.LIST_STACKS, reads=True)
def list_stacks(ctx: Context, request: cfn.ListStacksInput) -> cfn.ListStacksOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html"""
    wanted = request.stack_status_filter
    stacks = [each for each in ctx.state.stacks.of(ctx.account, ctx.region) if not wanted or each.status in wanted]
    return cfn.ListStacksOutput(
        stack_summaries=[
            cfn.StackSummary(
                stack_id=each.id,
                stack_name=each.name,
                template_description=each.description,
                creation_time=time(each.created_at),
                last_updated_time=time(each.updated_at),
                deletion_time=time(each.deleted_at),
                stack_status=each.status,
                stack_status_reason=each.reason,
            )
            for each in stacks
        ]
    )


@action(cfn.LIST_EXPORTS, reads=True)
def list_exports(ctx: Context, _: cfn.ListExportsInput) -> cfn.ListExportsOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html"""
    exports = [
        cfn.Export(exporting_stack_id=stack.id, name=output.export, value=output.value)
        for stack in ctx.state.stacks.of(ctx.account, ctx.region)
        if stack.exists
        for output in stack.outputs
        if output.export is not None
    ]
    return cfn.ListExportsOutput(exports=sorted(exports, key=lambda each: each.name or ""))


@action(cfn.DESCRIBE_STACK_EVENTS, reads=True)
def describe_stack_events(ctx: Context, request: cfn.StackNameInput) -> cfn.DescribeStackEventsOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html"""
    stack = ctx.state.stacks.find(ctx.account, ctx.region, request.stack_name)
    if stack is None:
        raise ValidationError(f"Stack [{request.stack_name}] does not exist")
    return cfn.DescribeStackEventsOutput(
        stack_events=[
            cfn.StackEvent(
                stack_id=stack.id,
                event_id=each.id,
                stack_name=stack.name,
                logical_resource_id=each.logical_id,
                physical_resource_id=each.physical_id,
                resource_type=each.type,
                timestamp=time(each.at),
                resource_status=each.status,
                resource_status_reason=each.reason,
            )
            for each in reversed(stack.events)
        ]
    )


@action(cfn.DESCRIBE_STACK_RESOURCES, reads=True)
def describe_stack_resources(
    ctx: Context, request: cfn.DescribeStackResourcesInput
) -> cfn.DescribeStackResourcesOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html"""
    physical_id = request.physical_resource_id
    if physical_id is not None:
        stack = next((each for each in ctx.state.stacks.of(ctx.account, ctx.region) if _has(each, physical_id)), None)
        if stack is None:
            raise ValidationError(f"Stack for {physical_id} does not exist")
    else:
        stack = stack_named(ctx, request.stack_name)
    wanted = request.logical_resource_id
    return cfn.DescribeStackResourcesOutput(
        stack_resources=[
            cfn.StackResource(
                stack_name=stack.name,
                stack_id=stack.id,
                logical_resource_id=each.logical_id,
                physical_resource_id=each.physical_id,
                resource_type=each.type,
                timestamp=time(each.changed_at),
                resource_status=each.status,
                resource_status_reason=each.reason,
            )
            for each in stack.resources
            if wanted in (None, each.logical_id)
        ]
    )


def _has(stack: StackRecord, physical_id: str) -> bool:
    return any(each.physical_id == physical_id for each in stack.resources)


@action(cfn.DESCRIBE_STACK_RESOURCE, reads=True)
def describe_stack_resource(ctx: Context, request: cfn.DescribeStackResourceInput) -> cfn.DescribeStackResourceOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html"""
    stack = stack_named(ctx, request.stack_name)
    found = next((each for each in stack.resources if each.logical_id == request.logical_resource_id), None)
    if found is None:
        raise ValidationError(f"Resource {request.logical_resource_id} does not exist for stack {stack.name}")
    return cfn.DescribeStackResourceOutput(
        stack_resource_detail=cfn.StackResourceDetail(
            stack_name=stack.name,
            stack_id=stack.id,
            logical_resource_id=found.logical_id,
            physical_resource_id=found.physical_id,
            resource_type=found.type,
            last_updated_timestamp=time(found.changed_at),
            resource_status=found.status,
            resource_status_reason=found.reason,
        )
    )


@action(cfn.LIST_STACK_RESOURCES, reads=True)
def list_stack_resources(ctx: Context, request: cfn.StackNameInput) -> cfn.ListStackResourcesOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html"""
    stack = stack_named(ctx, request.stack_name)
    return cfn.ListStackResourcesOutput(stack_resource_summaries=[_summary(each) for each in stack.resources])


def _summary(resource: ResourceRecord) -> cfn.StackResourceSummary:
    return cfn.StackResourceSummary(
        logical_resource_id=resource.logical_id,
        physical_resource_id=resource.physical_id,
        resource_type=resource.type,
        last_updated_timestamp=time(resource.changed_at),
        resource_status=resource.status,
        resource_status_reason=resource.reason,
    )
