"""What tests declare: a configuration file, or a mapping of the same form, and templates and plans."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

Config = str | os.PathLike[str] | Mapping[str, Any]
Files = Sequence[str | os.PathLike[str]]


class Infrastructure(TypedDict, total=False):
    """Infrastructure as code: templates are files of CloudFormation or SAM, plans are of Terraform, in JSON."""

    templates: Files
    template_parameters: Mapping[str, str]
    terraform_plans: Files


def body_of(config: Config | None, infrastructure: Infrastructure) -> dict[str, Any]:
    """All of it as the control interface takes it. Raises ValueError if a file cannot be read."""
    body = {} if config is None else content_of(config)
    if templates := infrastructure.get("templates"):
        body["templates"] = [
            {"stack": stack, "file": file, "text": _text(file)}
            for stack, file in _files(_texts("templates", templates))
        ]
    if plans := infrastructure.get("terraform_plans"):
        body["terraform_plans"] = [{"file": file, "text": _text(file)} for file in _texts("terraform_plans", plans)]
    if parameters := infrastructure.get("template_parameters"):
        if "templates" not in body:
            raise ValueError("template_parameters are about templates: give some too.")
        body["template_parameters"] = {str(name): str(value) for name, value in parameters.items()}
    return body


def _texts(name: str, files: Files) -> list[str]:
    if isinstance(files, str | os.PathLike):
        raise ValueError(f"{name} is a list of files, not {files!r}.")
    return [os.fspath(file) for file in files]


def _files(templates: list[str]) -> list[tuple[str, str]]:
    from emulator.configuration.document_error import DocumentError
    from emulator.infrastructure.files import template_files

    try:
        return template_files(templates)
    except DocumentError as error:
        raise ValueError(str(error)) from None


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: The file cannot be read: {error}.") from None


def content_of(config: Config) -> dict[str, Any]:
    """The content of a configuration as JSON has it. ValueError if it cannot be read or has other sections."""
    from emulator.declared.sections import SECTIONS
    from emulator.declared.wording import proposal

    content = config if isinstance(config, Mapping) else _content_of_file(config)
    place = "config" if isinstance(config, Mapping) else os.fspath(config)
    for section in content:
        if section not in SECTIONS:
            raise ValueError(f"{place}: There is no section {section}; {proposal(str(section), SECTIONS)}")
    return {str(key): _as_json(value) for key, value in content.items()}


def _content_of_file(file: str | os.PathLike[str]) -> Mapping[str, Any]:
    from emulator.configuration.document_error import DocumentError
    from emulator.declared.loading import load

    try:
        return load(os.fspath(file)).content
    except DocumentError as error:
        raise ValueError(str(error)) from None


def in_config(mistakes: str, config: Config | None) -> str:
    """``mistakes`` that the control interface found in its body, as mistakes of the configuration file or mapping."""
    place = os.fspath(config) if isinstance(config, str | os.PathLike) else "config"
    return re.sub("^body(?=: )", lambda _: place, mistakes, flags=re.MULTILINE)


def _as_json(value: Any) -> Any:
    """``value`` with points in time as texts."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
