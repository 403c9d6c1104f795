"""The application that a connection for AWS calls serves. mypyc compiles no class like this one."""

from typing import Protocol, runtime_checkable

from emulator.serving.gateway import Gateway


@runtime_checkable
class AwsApplication(Protocol):
    """An ASGI application that also has a gateway, which answers AWS calls."""

    gateway: Gateway
    joins_headers: bool  # whether equal headers are joined; else the first one counts
    reads_all_headers: bool  # whether calls need others than READ_HEADERS, too
