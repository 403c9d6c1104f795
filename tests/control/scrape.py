"""Metrics, read as Prometheus reads them."""

from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests import patience

Metrics = dict[str, dict[tuple[str, ...], float]]  # samples by name, then by the values of their labels


def scraped(url: str, account: str | None = None) -> Metrics:
    """The samples of the queues and topics of one account, and samples without an account."""
    with urlopen(f"{url}/_emulator/metrics", timeout=patience.SECONDS) as answer:
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = answer.read().decode()
    # Before it is parsed, which takes long: the server knows every account that there was in this run.
    label = "account=" if account is None else f'account="{account}"'
    wanted = [line for line in text.splitlines() if line.startswith("#") or (label in line) == (account is not None)]
    found: Metrics = {}
    for family in text_string_to_metric_families("\n".join(wanted)):
        for sample in family.samples:
            labels = dict(sample.labels)
            if labels.pop("account", None) == account:
                found.setdefault(sample.name, {})[tuple(labels.values())] = sample.value
    return found
