"""The values that options have by default, and those that some of them are limited to."""

from typing import Literal

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
InitFailure = Literal["continue", "exit"]
SecureTransport = Literal["always", "scheme"]
Durability = Literal["process", "power"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4566
DEFAULT_REGION = "us-east-1"
DEFAULT_ACCOUNT = "000000000000"
ANY_HOSTS = ("0.0.0.0", "::")  # to listen on all addresses
ANY_ORIGIN = "*"  # in cors_allow_origins: all pages
