"""The services, and the wire protocols that each of them speaks."""

from typing import Literal

Service = Literal["sqs", "sns"]
Protocol = Literal["json", "query"]

PROTOCOLS: dict[Service, tuple[Protocol, ...]] = {"sqs": ("json", "query"), "sns": ("query",)}
