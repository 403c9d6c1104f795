"""The model of what files declare: configuration files, templates of CloudFormation and SAM, and plans of Terraform."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.architecture.declared_origins import Origins
from emulator.architecture.model import Architecture, Queue, Source, Subscription, Suppression, Topic
from emulator.architecture.of_attributes import WrongAttributeError, queue_of, subscription_of, topic_of
from emulator.architecture.of_plan import add_planned
from emulator.architecture.of_stack import add_stack
from emulator.architecture.policies import MalformedPolicyError, Policy, policy_of
from emulator.configuration.settings import Settings
from emulator.declared.attributes import (
    QUEUE_FIELDS,
    SUBSCRIPTION_FIELDS,
    TOPIC_FIELDS,
    Value,
    as_text,
    attributes_of,
    field_of,
)
from emulator.declared.configuration import complete
from emulator.declared.declarations import (
    Declarations,
    DeclaredQueue,
    DeclaredSubscription,
    DeclaredTopic,
    declarations_of,
)
from emulator.declared.document import Document, DocumentPath, Mistakes
from emulator.declared.endpoints import queue_arn
from emulator.declared.file_options import options_of
from emulator.declared.shapes import DEFAULT_MAX_RECEIVE_COUNT
from emulator.infrastructure.files import declare_infrastructure
from emulator.infrastructure.notices import SKIPPED

_ENDPOINT = "https://sqs.{region}.amazonaws.com"
_KNOWN = ("alarms", "consumers", "functions", "keys")  # of templates and plans


def architecture_of(document: Document, settings: Settings, name: str) -> Architecture:
    """The model of a document and those beside it; DocumentError with all of its mistakes."""
    document = document if document.beside else complete(document, settings) or document
    mistakes = Mistakes(document)
    options_of(document, mistakes)
    declarations = declarations_of(document, mistakes, settings.account_id, settings.region)
    endpoint = _ENDPOINT.format(region=settings.region)
    found = Architecture(source=_source(document), name=name)
    origins = Origins(document, mistakes)
    if document.beside:
        made = declare_infrastructure(document, settings, endpoint, declarations, mistakes)
        mistakes.check()
        found.known = list(_KNOWN)
        metadata: dict[DocumentPath, Mapping[str, Any]] = {}
        for stack in made.stacks:
            metadata |= {resource.path: resource.metadata for resource in stack.resources.values()}
            add_stack(found, stack, origins)
        for plan in made.plans:
            add_planned(found, plan)
        origins.metadata = metadata
    mistakes.check()
    _Elements(declarations, mistakes, origins).add_to(found)
    mistakes.check()
    found.notices = [notice for notice in declarations.notices if f": {SKIPPED}: " not in notice]
    return found


def _source(document: Document) -> Source:
    for key in document.beside:
        return "cloudformation" if key.startswith("stack ") else "terraform"
    return "configuration"


class _Elements:
    def __init__(self, declarations: Declarations, mistakes: Mistakes, origins: Origins) -> None:
        self._declarations = declarations
        self._mistakes = mistakes
        self._origins = origins

    def add_to(self, found: Architecture) -> None:
        found.queues += self._sound(self._queue(each) for each in self._declarations.queues.values())
        found.topics += self._sound(self._topic(each) for each in self._declarations.topics.values())
        found.subscriptions += self._sound(map(self._subscription, self._declarations.subscriptions.values()))

    def _sound(self, elements: Iterator[Any]) -> list[Any]:
        return [element for element in elements if element is not None]

    def _queue(self, declared: DeclaredQueue) -> Queue | None:
        arn, values = declared.identity.arn, attributes_of(declared.shape, QUEUE_FIELDS, declared.path)
        texts = {name: value.text for name, value in values.items()}
        letters = declared.shape.dead_letter_queue
        if letters is not None:
            name = letters if isinstance(letters, str) else letters.queue
            count = DEFAULT_MAX_RECEIVE_COUNT if isinstance(letters, str) else letters.max_receive_count
            redrive = {"deadLetterTargetArn": queue_arn(arn, name), "maxReceiveCount": count}
            texts["RedrivePolicy"] = as_text(redrive)
        origin = self._origins.of(declared.path)
        try:
            policy = self._policy(values, declared.path)
            queue = queue_of(arn, _without_policy(texts), declared.shape.tags, origin, policy)
        except WrongAttributeError as error:
            self._wrong(declared.path, error)
            return None
        queue.suppressions = self._suppressions(declared.path)
        return queue

    def _topic(self, declared: DeclaredTopic) -> Topic | None:
        values = attributes_of(declared.shape, TOPIC_FIELDS, declared.path)
        protection = declared.shape.data_protection_policy
        texts = {name: value.text for name, value in values.items()}
        try:
            policy = self._policy(values, declared.path)
            topic = topic_of(
                declared.identity.arn,
                _without_policy(texts),
                declared.shape.tags,
                self._origins.of(declared.path),
                policy,
                None if protection is None else as_text(protection),
            )
        except WrongAttributeError as error:
            self._wrong(declared.path, error)
            return None
        topic.suppressions = self._suppressions(declared.path)
        return topic

    def _subscription(self, declared: DeclaredSubscription) -> Subscription | None:
        values = attributes_of(declared.shape, SUBSCRIPTION_FIELDS, declared.path)
        texts = {name: value.text for name, value in values.items()}
        letters = declared.shape.dead_letter_queue
        if letters is not None:
            texts["RedrivePolicy"] = as_text({"deadLetterTargetArn": queue_arn(declared.topic_arn, letters)})
        endpoint = declared.endpoint
        try:
            subscription = subscription_of(
                "", declared.topic_arn, endpoint.protocol, endpoint.address, texts, self._origins.of(declared.path)
            )
        except WrongAttributeError as error:
            self._wrong(declared.path, error)
            return None
        subscription.suppressions = self._suppressions(declared.path)
        return subscription

    def _wrong(self, path: DocumentPath, error: WrongAttributeError) -> None:
        self._mistakes.add((*path, field_of(error.name)), f"{error}")

    def _policy(self, values: Mapping[str, Value], path: DocumentPath) -> Policy | None:
        """The policy, with the lines of its statements."""
        value = values.get("Policy")
        if value is None or not value.text:
            return None
        at = self._mistakes.original(value.path)
        lines = self._origins.lines_of_statements(at)
        own = self._mistakes.original(path)
        name = "" if at[: len(own)] == own else self._origins.of(at[:-1]).name
        try:
            return policy_of(value.text, name=name, lines=lines)
        except MalformedPolicyError as error:
            self._mistakes.add(value.path, f"This is no policy: {error}.")
            return None

    def _suppressions(self, path: DocumentPath) -> list[Suppression]:
        return self._origins.suppressions(path)


def _without_policy(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name != "Policy"}
