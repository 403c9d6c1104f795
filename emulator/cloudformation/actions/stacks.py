"""CreateStack, UpdateStack, DeleteStack."""

from msgspec.structs import replace

from api_shapes import cloudformation as cfn
from emulator.actions.registry import action
from emulator.cloudformation.actions.requests import check_capabilities, new_stack, source_of, stack_named
from emulator.cloudformation.errors import AlreadyExists, ValidationError
from emulator.cloudformation.service import Context
from emulator.cloudformation.stack_record import StackRecord

_CHANGEABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


@action(cfn.CREATE_STACK)
async def create_stack(ctx: Context, request: cfn.CreateStackInput) -> cfn.StackOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""
    if ctx.state.stacks.find(ctx.account, ctx.region, request.stack_name) is not None:
        raise AlreadyExists(f"Stack [{request.stack_name}] already exists")
    source = source_of(request, None)
    stack = new_stack(ctx, request.stack_name, "CREATE_IN_PROGRESS")
    stack = replace(stack, protected=bool(request.enable_termination_protection))
    new = await ctx.state.evaluated(ctx, stack, source)
    check_capabilities(new.stack.template, source.capabilities, macros=True)
    if ctx.state.stacks.find(ctx.account, ctx.region, request.stack_name) is not None:
        raise AlreadyExists(f"Stack [{request.stack_name}] already exists")
    made = await ctx.state.to_the_end(ctx.state.create(ctx, stack, source, new))
    return cfn.StackOutput(stack_id=made.id)


@action(cfn.UPDATE_STACK)
async def update_stack(ctx: Context, request: cfn.UpdateStackInput) -> cfn.StackOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html"""
    stack = stack_named(ctx, request.stack_name)
    check_changeable(stack)
    source = source_of(request, stack.source, previous=request.use_previous_template)
    new = await ctx.state.evaluated(ctx, stack, source)
    check_capabilities(new.stack.template, source.capabilities, macros=True)
    stack = stack_named(ctx, request.stack_name)
    check_changeable(stack)
    await ctx.state.to_the_end(ctx.state.update(ctx, stack, source, new))
    return cfn.StackOutput(stack_id=stack.id)


def check_changeable(stack: StackRecord) -> None:
    """ValidationError if the stack cannot be changed in its status."""
    if stack.status not in _CHANGEABLE:
        raise ValidationError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")


@action(cfn.DELETE_STACK)
async def delete_stack(ctx: Context, request: cfn.DeleteStackInput) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html"""
    stack = ctx.state.stacks.find(ctx.account, ctx.region, request.stack_name)
    if stack is None or stack.deleted_at is not None:
        return
    if stack.protected:
        raise ValidationError(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    if stack.status.endswith("_IN_PROGRESS") and stack.exists:
        raise ValidationError(f"Stack [{stack.name}] cannot be deleted while in status {stack.status}")
    await ctx.state.to_the_end(ctx.state.delete(ctx, stack))
