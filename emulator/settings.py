"""How the emulator is set up; made once, at the start."""

from dataclasses import dataclass
from typing import Literal

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4566
DEFAULT_REGION = "us-east-1"
DEFAULT_ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per option of the command line."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT  # 0: any free one
    region: str = DEFAULT_REGION  # of callers who do not say
    account_id: str = DEFAULT_ACCOUNT  # of callers whose access key is no account id
    external_url: str | None = None  # scheme, host and port in URLs we hand out; None: as the caller came
    strict_timing: bool = False  # AWS's minute of rest after PurgeQueue and DeleteQueue
    log_level: LogLevel = "info"
    log_format: LogFormat = "text"
