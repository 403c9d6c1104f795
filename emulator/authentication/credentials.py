"""The access keys of callers whose signatures are verified, with their secrets. No text of them shows a secret."""

import configparser
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

_KEY = re.compile(r"\w{1,128}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{12}")
_WANTED = "ID:SECRET or ID:SECRET:ACCOUNT is wanted, such as AKIAX:secret:111111111111"


# Neither a struct nor a dataclass: options are read without msgspec, and a generated ``repr`` would show the secret.
class Credential:
    """An access key. ``account`` is None where nothing says to which it belongs."""

    __slots__ = ("access_key", "account", "expires_at", "secret", "token")

    def __init__(
        self,
        access_key: str,
        secret: str,
        account: str | None = None,
        token: str | None = None,
        expires_at: float | None = None,  # seconds since the epoch
    ) -> None:
        self.access_key = access_key
        self.secret = secret
        self.account = account
        self.token = token
        self.expires_at = expires_at

    def __repr__(self) -> str:
        return f"Credential({self.access_key!r})"


Credentials = Mapping[str, Credential]  # by access key


def credentials_in(values: Iterable[str]) -> Credentials:
    """Credentials from texts ``ID:SECRET`` and ``ID:SECRET:ACCOUNT``. ValueError, without a secret, if one is wrong."""
    return _distinct(map(_credential, values))


def credentials_of_file(path: str) -> Credentials:
    """The credentials in a file as the AWS CLI has it. ValueError, without a secret, if it cannot be read.

    A profile without an access key is skipped. ``aws_account_id`` says to which account a key belongs, and
    ``expiration`` until when a session token is valid.
    https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
    """
    # A secret may have any character, also those that begin a comment or an interpolation.
    parser = configparser.RawConfigParser(delimiters=("=",), inline_comment_prefixes=None, strict=True)
    try:
        with open(path, encoding="utf-8-sig") as file:
            parser.read_file(file)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8.") from None
    except configparser.Error as error:  # whose text may have a line of the file
        line = getattr(error, "lineno", None)
        where = path if line is None else f"{path}:{line}"
        raise ValueError(f"{where}: profiles with aws_access_key_id and aws_secret_access_key are wanted.") from None
    return _distinct(_profiles(parser, path))


def merged(one: Credentials, other: Credentials, accounts: Mapping[str, str]) -> Credentials:
    """Both, each with its account of ``accounts`` if it names none. ValueError where they contradict each other."""
    made = _distinct((*one.values(), *other.values()))
    for key, credential in made.items():
        credential.account = credential.account or accounts.get(key)
        if accounts.get(key, credential.account) != credential.account:
            raise ValueError(f"the access key {key} has two accounts.")
    return made


def _credential(text: str) -> Credential:
    key, *rest = text.split(":")
    if len(rest) not in (1, 2):
        raise ValueError(f"{_WANTED}.")
    return _checked(Credential(key, rest[0], rest[1] if len(rest) == 2 else None), "")


def _profiles(parser: configparser.RawConfigParser, path: str) -> Iterator[Credential]:
    for name in parser.sections():
        profile = parser[name]
        if "aws_access_key_id" not in profile:
            continue
        where = f"{path}: [{name}]: "
        yield _checked(
            Credential(
                profile["aws_access_key_id"],
                profile.get("aws_secret_access_key", ""),
                profile.get("aws_account_id"),
                profile.get("aws_session_token"),
                _expiration(profile["expiration"], where) if "expiration" in profile else None,
            ),
            where,
        )


def _expiration(text: str, where: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{where}expiration is a time, such as 2030-01-01T00:00:00Z.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _checked(credential: Credential, where: str) -> Credential:
    key, account = credential.access_key, credential.account
    if _KEY.fullmatch(key) is None:
        # Not shown: somebody may have given the secret first.
        raise ValueError(f"{where}an access key id has letters, digits and _ only; {_WANTED}.")
    if not credential.secret:
        raise ValueError(f"{where}the access key {key} has no secret; {_WANTED}.")
    if account is not None and _ACCOUNT.fullmatch(account) is None:
        raise ValueError(f"{where}the account of the access key {key} is 12 digits.")
    if _ACCOUNT.fullmatch(key) is not None:
        if account not in (None, key):
            raise ValueError(f"{where}the access key {key} is an account id, and so belongs to that account.")
        credential.account = key
    return credential


def _distinct(credentials: Iterable[Credential]) -> Credentials:
    made: dict[str, Credential] = {}
    for each in credentials:
        other = made.setdefault(each.access_key, each)
        if (other.secret, other.token) != (each.secret, each.token):
            raise ValueError(f"the access key {each.access_key} has two secrets.")
        if other.account is None:
            other.account = each.account
        elif each.account not in (None, other.account):
            raise ValueError(f"the access key {each.access_key} has two accounts.")
    return made
