"""The services, and the wire protocols of each."""

from typing import Literal

Service = Literal["sqs", "sns"]
Protocol = Literal["json", "query"]

PROTOCOLS: dict[Service, tuple[Protocol, ...]] = {"sqs": ("json", "query"), "sns": ("query",)}
