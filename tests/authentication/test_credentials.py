"""Credentials as options and in files; none of their secrets is shown."""

from pathlib import Path

import pytest

from emulator.authentication.credentials import Credential
from emulator.configuration.options import OptionError, settings_of

SECRET = "wJalrXUtnFEMI/K7MDENG"


def accounts(**options: object) -> dict[str, str | None]:
    settings = settings_of(options)
    found = {key: each.account for key, each in settings.credentials.items()}
    assert {key: account for key, account in found.items() if account} == settings.access_keys
    return found


def test_account_is_in_the_credential_or_that_of_its_access_key() -> None:
    assert accounts(
        credentials=[
            f"AKIAONE:{SECRET}:111111111111",
            f"AKIATWO:{SECRET}",
            f"AKIATHREE:{SECRET}",
            f"444444444444:{SECRET}",
        ],
        access_keys={"AKIATWO": "222222222222", "AKIAONE": "111111111111"},
    ) == {
        "AKIAONE": "111111111111",
        "AKIATWO": "222222222222",
        "AKIATHREE": None,
        "444444444444": "444444444444",
    }


def test_file_has_the_format_of_the_aws_cli(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(
        f"# comment\n[default]\naws_access_key_id = AKIAONE\naws_secret_access_key={SECRET}\n"
        "[session]\naws_access_key_id=ASIATWO\naws_secret_access_key=a%b#c;d=e\naws_session_token=to/k=en==\n"
        "aws_account_id=222222222222\nexpiration=2030-01-01T00:00:00Z\n"
        "[role]\nrole_arn=arn:aws:iam::222222222222:role/x\nsource_profile=default\n"
    )
    one, two = settings_of({"credentials_file": file}).credentials.values()
    assert (one.access_key, one.secret, one.account, one.token, one.expires_at) == ("AKIAONE", SECRET, None, None, None)
    assert (two.access_key, two.secret, two.account) == ("ASIATWO", "a%b#c;d=e", "222222222222")
    assert (two.token, two.expires_at) == ("to/k=en==", 1_893_456_000)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"credentials": [f"AKIAX{SECRET}"]}, "ID:SECRET or ID:SECRET:ACCOUNT is wanted"),
        ({"credentials": [f"AKIAX:{SECRET}:111111111111:x"]}, "ID:SECRET or ID:SECRET:ACCOUNT is wanted"),
        ({"credentials": [f"{SECRET}:AKIAX"]}, "an access key id has letters, digits and _ only"),
        ({"credentials": ["AKIAX:"]}, "the access key AKIAX has no secret"),
        ({"credentials": [f"AKIAX:{SECRET}:12"]}, "the account of the access key AKIAX is 12 digits"),
        ({"credentials": [f"111111111111:{SECRET}:222222222222"]}, "111111111111 is an account id, and so belongs"),
        ({"credentials": [f"AKIAX:{SECRET}", f"AKIAX:{SECRET}x"]}, "the access key AKIAX has two secrets"),
        (
            {"credentials": [f"AKIAX:{SECRET}:111111111111"], "access_keys": {"AKIAX": "222222222222"}},
            "the access key AKIAX has two accounts",
        ),
        (
            {"credentials": [f"AKIAX:{SECRET}:111111111111", f"AKIAX:{SECRET}:222222222222"]},
            "the access key AKIAX has two accounts",
        ),
        ({"credentials": f"AKIAX:{SECRET}"}, "credentials is a list of texts."),
        ({"credentials": {"AKIAX": SECRET}}, "credentials is a list of texts."),
        ({"verify_signatures": True}, "--verify-signatures needs secrets"),
        ({"credentials_file": "nowhere"}, "nowhere cannot be read: No such file or directory"),
    ],
)
def test_wrong_credentials_are_refused_without_showing_the_secret(options: dict[str, object], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        settings_of(options)
    assert text in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (SECRET.encode(), "file:1: profiles with aws_access_key_id and aws_secret_access_key are wanted."),
        (f"[x]\n{SECRET}".encode(), "file: profiles with aws_access_key_id and aws_secret_access_key are wanted."),
        (b"[x]\naws_access_key_id=AKIAX\n", "file: [x]: the access key AKIAX has no secret"),
        (b"[x]\naws_access_key_id=A\naws_secret_access_key=s\nexpiration=soon\n", "file: [x]: expiration is a time"),
        (b"\xff", "file is no text in UTF-8."),
    ],
)
def test_wrong_file_is_refused_without_showing_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(content)
    with pytest.raises(OptionError) as caught:
        settings_of({"credentials_file": "file"})
    assert text in str(caught.value)
    assert SECRET not in str(caught.value)


def test_settings_do_not_show_a_secret() -> None:
    settings = settings_of({"credentials": [f"AKIAX:{SECRET}:111111111111"]})
    assert "AKIAX" in repr(settings)
    assert SECRET not in repr(settings)
    assert repr(Credential("AKIAX", SECRET, token=SECRET)) == "Credential('AKIAX')"
