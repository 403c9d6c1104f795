"""The URL at which those who use the control interface reach SQS and SNS."""

from starlette.requests import Request

from emulator.configuration.settings import Settings


def aws_url(settings: Settings, request: Request) -> str:
    """The URL at which the sender of ``request`` reaches SQS and SNS."""
    if settings.external_url is not None:
        return settings.external_url
    url = request.base_url if settings.control_port is None else request.base_url.replace(port=settings.port)
    return str(url).rstrip("/")
