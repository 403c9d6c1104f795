"""AWS CloudFormation, as far as it is emulated: stacks and change sets.

Written by hand, unlike the modules of SQS and SNS: it has the members that are used, and not those that need structures
in structures of requests. A test compares it with botocore's model.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
"""

from datetime import datetime
from typing import Any

from msgspec import field

from api_shapes.operation import Operation, Shape

API_VERSION = "2010-05-15"
XML_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class Parameter(Shape, kw_only=True):
    parameter_key: str | None = None
    parameter_value: str | None = None
    use_previous_value: bool | None = None


class Tag(Shape, kw_only=True):
    key: str
    value: str


class StackInput(Shape, kw_only=True):
    """What the requests have in common that create and change stacks."""

    stack_name: str
    template_body: str | None = None
    template_url: str | None = field(name="TemplateURL", default=None)
    parameters: list[Parameter] | None = None
    capabilities: list[str] | None = None
    resource_types: list[str] | None = None
    role_arn: str | None = field(name="RoleARN", default=None)
    notification_arns: list[str] | None = field(name="NotificationARNs", default=None)
    tags: list[Tag] | None = None


class CreateStackInput(StackInput, kw_only=True):
    disable_rollback: bool | None = None
    timeout_in_minutes: int | None = None
    on_failure: str | None = None
    client_request_token: str | None = None
    enable_termination_protection: bool | None = None


class UpdateStackInput(StackInput, kw_only=True):
    use_previous_template: bool | None = None
    client_request_token: str | None = None


class StackOutput(Shape, kw_only=True):
    """The result of CreateStack and of UpdateStack."""

    stack_id: str | None = None


class DeleteStackInput(Shape, kw_only=True):
    stack_name: str
    retain_resources: list[str] | None = None
    client_request_token: str | None = None


class DescribeStacksInput(Shape, kw_only=True):
    stack_name: str | None = None
    next_token: str | None = None


class Output(Shape, kw_only=True):
    output_key: str | None = None
    output_value: str | None = None
    description: str | None = None
    export_name: str | None = None


class Stack(Shape, kw_only=True):
    stack_id: str | None = None
    stack_name: str | None = None
    change_set_id: str | None = None
    description: str | None = None
    parameters: list[Parameter] | None = None
    creation_time: datetime | None = None
    deletion_time: datetime | None = None
    last_updated_time: datetime | None = None
    stack_status: str | None = None
    stack_status_reason: str | None = None
    disable_rollback: bool | None = None
    notification_arns: list[str] | None = field(name="NotificationARNs", default=None)
    capabilities: list[str] | None = None
    outputs: list[Output] | None = None
    tags: list[Tag] | None = None
    enable_termination_protection: bool | None = None


class DescribeStacksOutput(Shape, kw_only=True):
    stacks: list[Stack] | None = None
    next_token: str | None = None


class StackNameInput(Shape, kw_only=True):
    """The request of the operations that list something of one stack."""

    stack_name: str
    next_token: str | None = None


class StackEvent(Shape, kw_only=True):
    stack_id: str | None = None
    event_id: str | None = None
    stack_name: str | None = None
    logical_resource_id: str | None = None
    physical_resource_id: str | None = None
    resource_type: str | None = None
    timestamp: datetime | None = None
    resource_status: str | None = None
    resource_status_reason: str | None = None
    client_request_token: str | None = None


class DescribeStackEventsOutput(Shape, kw_only=True):
    stack_events: list[StackEvent] | None = None
    next_token: str | None = None


class DescribeStackResourcesInput(Shape, kw_only=True):
    stack_name: str | None = None
    logical_resource_id: str | None = None
    physical_resource_id: str | None = None


class StackResource(Shape, kw_only=True):
    stack_name: str | None = None
    stack_id: str | None = None
    logical_resource_id: str | None = None
    physical_resource_id: str | None = None
    resource_type: str | None = None
    timestamp: datetime | None = None
    resource_status: str | None = None
    resource_status_reason: str | None = None


class DescribeStackResourcesOutput(Shape, kw_only=True):
    stack_resources: list[StackResource] | None = None


class DescribeStackResourceInput(Shape, kw_only=True):
    stack_name: str
    logical_resource_id: str


class StackResourceDetail(Shape, kw_only=True):
    stack_name: str | None = None
    stack_id: str | None = None
    logical_resource_id: str | None = None
    physical_resource_id: str | None = None
    resource_type: str | None = None
    last_updated_timestamp: datetime | None = None
    resource_status: str | None = None
    resource_status_reason: str | None = None


class DescribeStackResourceOutput(Shape, kw_only=True):
    stack_resource_detail: StackResourceDetail | None = None


class StackResourceSummary(Shape, kw_only=True):
    logical_resource_id: str | None = None
    physical_resource_id: str | None = None
    resource_type: str | None = None
    last_updated_timestamp: datetime | None = None
    resource_status: str | None = None
    resource_status_reason: str | None = None


class ListStackResourcesOutput(Shape, kw_only=True):
    stack_resource_summaries: list[StackResourceSummary] | None = None
    next_token: str | None = None


class ListStacksInput(Shape, kw_only=True):
    next_token: str | None = None
    stack_status_filter: list[str] | None = None


class StackSummary(Shape, kw_only=True):
    stack_id: str | None = None
    stack_name: str | None = None
    template_description: str | None = None
    creation_time: datetime | None = None
    last_updated_time: datetime | None = None
    deletion_time: datetime | None = None
    stack_status: str | None = None
    stack_status_reason: str | None = None


class ListStacksOutput(Shape, kw_only=True):
    stack_summaries: list[StackSummary] | None = None
    next_token: str | None = None


class ListExportsInput(Shape, kw_only=True):
    next_token: str | None = None


class Export(Shape, kw_only=True):
    exporting_stack_id: str | None = None
    name: str | None = None
    value: str | None = None


class ListExportsOutput(Shape, kw_only=True):
    exports: list[Export] | None = None
    next_token: str | None = None


class GetTemplateInput(Shape, kw_only=True):
    stack_name: str | None = None
    change_set_name: str | None = None
    template_stage: str | None = None


class GetTemplateOutput(Shape, kw_only=True):
    template_body: str | None = None
    stages_available: list[str] | None = None


class GetTemplateSummaryInput(Shape, kw_only=True):
    template_body: str | None = None
    template_url: str | None = field(name="TemplateURL", default=None)
    stack_name: str | None = None


class ParameterConstraints(Shape, kw_only=True):
    allowed_values: list[str] | None = None


class ParameterDeclaration(Shape, kw_only=True):
    parameter_key: str | None = None
    default_value: str | None = None
    parameter_type: str | None = None
    no_echo: bool | None = None
    description: str | None = None
    parameter_constraints: ParameterConstraints | None = None


class GetTemplateSummaryOutput(Shape, kw_only=True):
    parameters: list[ParameterDeclaration] | None = None
    description: str | None = None
    capabilities: list[str] | None = None
    capabilities_reason: str | None = None
    resource_types: list[str] | None = None
    version: str | None = None
    declared_transforms: list[str] | None = None


class ValidateTemplateInput(Shape, kw_only=True):
    template_body: str | None = None
    template_url: str | None = field(name="TemplateURL", default=None)


class TemplateParameter(Shape, kw_only=True):
    parameter_key: str | None = None
    default_value: str | None = None
    no_echo: bool | None = None
    description: str | None = None


class ValidateTemplateOutput(Shape, kw_only=True):
    parameters: list[TemplateParameter] | None = None
    description: str | None = None
    capabilities: list[str] | None = None
    capabilities_reason: str | None = None
    declared_transforms: list[str] | None = None


class CreateChangeSetInput(StackInput, kw_only=True):
    change_set_name: str
    use_previous_template: bool | None = None
    client_token: str | None = None
    description: str | None = None
    change_set_type: str | None = None
    include_nested_stacks: bool | None = None
    on_stack_failure: str | None = None
    import_existing_resources: bool | None = None


class CreateChangeSetOutput(Shape, kw_only=True):
    id: str | None = None
    stack_id: str | None = None


class ChangeSetInput(Shape, kw_only=True):
    """The request of the operations about one change set."""

    change_set_name: str
    stack_name: str | None = None
    next_token: str | None = None
    client_request_token: str | None = None
    disable_rollback: bool | None = None


class ResourceChange(Shape, kw_only=True):
    action: str | None = None
    logical_resource_id: str | None = None
    physical_resource_id: str | None = None
    resource_type: str | None = None
    replacement: str | None = None
    scope: list[str] | None = None


class Change(Shape, kw_only=True):
    type: str | None = None
    resource_change: ResourceChange | None = None


class DescribeChangeSetOutput(Shape, kw_only=True):
    change_set_name: str | None = None
    change_set_id: str | None = None
    stack_id: str | None = None
    stack_name: str | None = None
    description: str | None = None
    parameters: list[Parameter] | None = None
    creation_time: datetime | None = None
    execution_status: str | None = None
    status: str | None = None
    status_reason: str | None = None
    notification_arns: list[str] | None = field(name="NotificationARNs", default=None)
    capabilities: list[str] | None = None
    tags: list[Tag] | None = None
    changes: list[Change] | None = None
    next_token: str | None = None


class Empty(Shape, kw_only=True):
    """A result without members."""


_IN_USE = ("AlreadyExistsException", "InsufficientCapabilitiesException", "LimitExceededException")


def _operation(
    name: str, request: type[Any], result: type[Any] | None, errors: tuple[str, ...] = ()
) -> Operation[Any, Any]:
    return Operation("cloudformation", name, request, result, errors)


CREATE_STACK = _operation("CreateStack", CreateStackInput, StackOutput, _IN_USE)
UPDATE_STACK = _operation("UpdateStack", UpdateStackInput, StackOutput, ("InsufficientCapabilitiesException",))
DELETE_STACK = _operation("DeleteStack", DeleteStackInput, None)
DESCRIBE_STACKS = _operation("DescribeStacks", DescribeStacksInput, DescribeStacksOutput)
DESCRIBE_STACK_EVENTS = _operation("DescribeStackEvents", StackNameInput, DescribeStackEventsOutput)
DESCRIBE_STACK_RESOURCES = _operation(
    "DescribeStackResources", DescribeStackResourcesInput, DescribeStackResourcesOutput
)
DESCRIBE_STACK_RESOURCE = _operation("DescribeStackResource", DescribeStackResourceInput, DescribeStackResourceOutput)
LIST_STACK_RESOURCES = _operation("ListStackResources", StackNameInput, ListStackResourcesOutput)
LIST_STACKS = _operation("ListStacks", ListStacksInput, ListStacksOutput)
LIST_EXPORTS = _operation("ListExports", ListExportsInput, ListExportsOutput)
GET_TEMPLATE = _operation("GetTemplate", GetTemplateInput, GetTemplateOutput, ("ChangeSetNotFoundException",))
GET_TEMPLATE_SUMMARY = _operation("GetTemplateSummary", GetTemplateSummaryInput, GetTemplateSummaryOutput)
VALIDATE_TEMPLATE = _operation("ValidateTemplate", ValidateTemplateInput, ValidateTemplateOutput)
CREATE_CHANGE_SET = _operation("CreateChangeSet", CreateChangeSetInput, CreateChangeSetOutput, _IN_USE)
DESCRIBE_CHANGE_SET = _operation(
    "DescribeChangeSet", ChangeSetInput, DescribeChangeSetOutput, ("ChangeSetNotFoundException",)
)
EXECUTE_CHANGE_SET = _operation(
    "ExecuteChangeSet", ChangeSetInput, Empty, ("ChangeSetNotFoundException", "InvalidChangeSetStatusException")
)
DELETE_CHANGE_SET = _operation("DeleteChangeSet", ChangeSetInput, Empty, ("InvalidChangeSetStatusException",))

OPERATIONS: dict[str, Operation[Any, Any]] = {
    each.name: each for each in list(globals().values()) if isinstance(each, Operation)
}
