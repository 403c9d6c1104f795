"""ValidateTemplate, GetTemplateSummary, GetTemplate."""

from collections.abc import Iterator, Mapping
from typing import Any

from api_shapes import cloudformation as cfn
from emulator.actions.registry import action
from emulator.cloudformation.actions.change_sets import find_change_set
from emulator.cloudformation.actions.requests import body_of, needed_capabilities, stack_named
from emulator.cloudformation.deployment import checked_template
from emulator.cloudformation.service import Context
from emulator.infrastructure.template import Template

_ACKNOWLEDGE = "The following resource(s) require capabilities: [{}]"


@action(cfn.VALIDATE_TEMPLATE, reads=True)
def validate_template(_: Context, request: cfn.ValidateTemplateInput) -> cfn.ValidateTemplateOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html"""
    template = checked_template(body_of(request.template_body, request.template_url))
    capabilities = needed_capabilities(template)
    return cfn.ValidateTemplateOutput(
        parameters=[
            cfn.TemplateParameter(
                parameter_key=name,
                default_value=_default(each),
                no_echo=_is_secret(each),
                description=_description(each),
            )
            for name, each in _parameters(template)
        ],
        description=template.description,
        capabilities=capabilities or None,
        capabilities_reason=_reason(template, capabilities),
        declared_transforms=template.transforms or None,
    )


@action(cfn.GET_TEMPLATE_SUMMARY, reads=True)
def get_template_summary(ctx: Context, request: cfn.GetTemplateSummaryInput) -> cfn.GetTemplateSummaryOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html"""
    if request.stack_name is not None:
        text = stack_named(ctx, request.stack_name).source.template
    else:
        text = body_of(request.template_body, request.template_url)
    template = checked_template(text)
    capabilities = needed_capabilities(template)
    return cfn.GetTemplateSummaryOutput(
        parameters=[
            cfn.ParameterDeclaration(
                parameter_key=name,
                default_value=_default(each),
                parameter_type=str(each.get("Type")),
                no_echo=_is_secret(each),
                description=_description(each),
                parameter_constraints=cfn.ParameterConstraints(allowed_values=_allowed_values(each)),
            )
            for name, each in _parameters(template)
        ],
        description=template.description,
        capabilities=capabilities or None,
        capabilities_reason=_reason(template, capabilities),
        resource_types=list(dict.fromkeys(each.type for each in template.resources.values())),
        version="2010-09-09",
        declared_transforms=template.transforms or None,
    )


def _parameters(template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from ((name, each) for name, each in template.parameters.items() if isinstance(each, dict))


def _default(parameter: Mapping[str, Any]) -> str | None:
    return None if parameter.get("Default") is None else str(parameter["Default"])


def _description(parameter: Mapping[str, Any]) -> str | None:
    text = parameter.get("Description")
    return text if isinstance(text, str) else None


def _allowed_values(parameter: Mapping[str, Any]) -> list[str] | None:
    values = parameter.get("AllowedValues")
    return [str(value) for value in values] if isinstance(values, list) and values else None


def _is_secret(parameter: Mapping[str, Any]) -> bool:
    return str(parameter.get("NoEcho")).lower() == "true"


def _reason(template: Template, capabilities: list[str]) -> str | None:
    if not capabilities:
        return None
    types = dict.fromkeys(each.type for each in template.resources.values() if each.type.startswith("AWS::IAM::"))
    return _ACKNOWLEDGE.format(", ".join(types or template.transforms))


@action(cfn.GET_TEMPLATE, reads=True)
def get_template(ctx: Context, request: cfn.GetTemplateInput) -> cfn.GetTemplateOutput:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html"""
    if request.change_set_name is not None:
        source = find_change_set(ctx, request.change_set_name, request.stack_name)[1].source
    else:
        source = stack_named(ctx, request.stack_name).source
    return cfn.GetTemplateOutput(template_body=source.template, stages_available=["Original", "Processed"])
