"""What connections for AWS calls serve."""

from typing import Protocol, runtime_checkable

from emulator.gateway import Gateway


@runtime_checkable
class AwsApplication(Protocol):
    """An ASGI application that also has a gateway, which answers AWS calls."""

    gateway: Gateway
    joins_headers: bool  # whether equal headers are joined; else the last one counts
