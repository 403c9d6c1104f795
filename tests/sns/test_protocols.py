import pytest

from emulator.sns.protocols import redacted, without_password


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("http://user:secret@example.com/x", "http://user:****@example.com/x"),
        ("HTTPS://user:secret@example.com", "HTTPS://user:****@example.com"),
        ("http://user:se:cr@et@example.com:8080?a=b@c", "http://user:****@example.com:8080?a=b@c"),
        ("http://me@example.org:secret@example.com/", "http://me@example.org:****@example.com/"),
        ("http://user:@example.com/", "http://user:****@example.com/"),
        ("http://:secret@example.com/", "http://:****@example.com/"),
        ("http://user:secret@[::1]:80/", "http://user:****@[::1]:80/"),
        *(
            (endpoint, endpoint)
            for endpoint in (
                "http://example.com:8080/a:b@c",
                "http://user@example.com:80/",
                "http://[::1]:80/a@b",
                "http://example.com?x=:y@z",
                "http://example.com/#a:b@c",
                "a:b@example.com",
                "arn:aws:sqs:us-east-1:111111111111:queue",
                "+15550100",
            )
        ),
    ],
)
def test_only_a_password_is_masked(endpoint: str, shown: str) -> None:
    assert without_password(endpoint) == shown


def test_password_is_taken_out_of_a_text() -> None:
    url = "http://user:secret@host/"
    assert redacted("netloc 'user:secret@host' is bad", url) == "netloc 'user:****@host' is bad"
    assert redacted("bad", "http://user:@host/") == "bad"
    assert redacted("bad", "http://host/") == "bad"
