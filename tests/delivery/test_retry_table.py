"""The table of retry plans in the documentation is what the code makes."""

from pathlib import Path

from emulator.sns.delivery.retries import RetryPolicy, retry_delays

PAGE = Path(__file__).parent.parent.parent / "docs" / "http-delivery.md"
POLICIES = {
    "the default": RetryPolicy(),
    "linear": RetryPolicy(min_delay=5, max_delay=260, retries=10, backoff="linear"),
    "arithmetic": RetryPolicy(min_delay=5, max_delay=260, retries=10, backoff="arithmetic"),
    "geometric": RetryPolicy(min_delay=5, max_delay=260, retries=10, backoff="geometric"),
    "exponential": RetryPolicy(min_delay=5, max_delay=260, retries=10, backoff="exponential"),
    "all four phases": RetryPolicy(
        min_delay=1,
        max_delay=60,
        retries=10,
        retries_without_delay=2,
        retries_at_min_delay=2,
        retries_at_max_delay=2,
        backoff="exponential",
    ),
}


def table() -> str:
    """Delays in seconds, rounded to tenths."""
    rows = ["| Policy | Delays before the retries, in seconds | Together |", "|---|---|---|"]
    for name, policy in POLICIES.items():
        delays = retry_delays(policy)
        rows.append(f"| {name} | {', '.join(f'{round(delay, 1):g}' for delay in delays)} | {round(sum(delays)):g} |")
    return "\n".join(rows)


def test_table_in_the_documentation_is_what_the_code_does() -> None:
    assert table() in PAGE.read_text()
