"""What is in front of a cluster: nginx with the configuration of compose.cluster.yaml, and the manifests themselves."""

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.configuration.settings import OPTIONS
from tests import boto, patience
from tests.cluster.members import Process, free_ports, members

ROOT = Path(__file__).parent.parent.parent
CONFIGURATION = ROOT / "examples/cluster/nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")

needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light")


def configuration_for(processes: list[Process], port: int, directory: Path) -> str:
    """The configuration, for processes and files of this machine."""
    text = CONFIGURATION.read_text()
    for number, process in enumerate(processes, 1):
        text = text.replace(f"emulator-{number}:4566", f"127.0.0.1:{process.port}")
    text = text.replace("listen 4566;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"    {kind}_temp_path {directory / kind};\n" for kind in kinds)
    return f"pid {directory}/nginx.pid;\nerror_log {directory}/error.log;\n" + text.replace(
        "http {\n", f"http {{\n{places}", 1
    )


@pytest.fixture
def cluster(postgresql_url: str) -> Iterator[list[Process]]:
    with members(postgresql_url, 3) as processes:
        yield processes


@pytest.fixture
def front(cluster: list[Process], tmp_path: Path) -> Iterator[str]:
    """The URL of nginx in front of three processes."""
    [port] = free_ports(1)
    file = tmp_path / "nginx.conf"
    file.write_text(configuration_for(cluster, port, tmp_path))
    command = [str(NGINX), "-p", str(tmp_path), "-c", str(file), "-e", str(tmp_path / "error.log")]
    checked = patience.run([*command, "-t"])
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen([*command, "-g", "daemon off;"]) as nginx:
        try:
            until = time.monotonic() + patience.SECONDS
            while True:
                try:
                    urllib.request.urlopen(
                        f"http://127.0.0.1:{port}/_emulator/health", timeout=patience.SECONDS
                    ).close()
                    break
                except OSError:
                    assert time.monotonic() < until
                    time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            nginx.terminate()


@pytest.mark.thorough
@needs_nginx
def test_any_client_works_through_a_stock_proxy(front: str, cluster: list[Process]) -> None:
    accounts = [f"{number:012}" for number in range(1, 7)]
    with ThreadPoolExecutor(len(accounts)) as threads:
        assert [*threads.map(lambda account: used(front, account), accounts)] == [20] * len(accounts)
    shown = patience.get(f"{front}/_emulator/queues").decode()
    assert all(account in shown for account in accounts)


@needs_nginx
def test_no_request_fails_when_a_process_leaves(front: str, cluster: list[Process]) -> None:
    sqs = boto.client("sqs", front, account="000000000001")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    with ThreadPoolExecutor(2) as threads:
        for process in cluster:
            sending = threads.submit(lambda: [sqs.send_message(QueueUrl=url, MessageBody="x") for _ in range(150)])
            process.signal(15)
            assert process.wait() == 0
            process.start()
            process.wait_until_ready()
            sending.result()
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "450"


def used(url: str, account: str) -> int:
    """Send and receive, with long polls; how many messages came."""
    sqs: Any = boto.client("sqs", url, account=account)
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    assert queue.startswith(url)
    count = 0
    with ThreadPoolExecutor(1) as threads:
        for _ in range(20):
            waiting = threads.submit(sqs.receive_message, QueueUrl=queue, WaitTimeSeconds=20)
            sqs.send_message(QueueUrl=queue, MessageBody="hello")
            for message in waiting.result()["Messages"]:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                count += 1
    return count


def test_compose_starts_three_emulators_that_the_configuration_of_nginx_names() -> None:
    services = yaml.safe_load((ROOT / "compose.cluster.yaml").read_text())["services"]
    emulators = [name for name in services if name.startswith("emulator-")]
    assert len(emulators) == 3
    for name in emulators:
        assert f"server {name}:4566 " in CONFIGURATION.read_text()
        assert services["nginx"]["depends_on"][name] == {"condition": "service_healthy"}
        environment = services[name]["environment"]
        assert {option.removeprefix("EMULATOR_").lower() for option in environment} <= OPTIONS.keys()
        assert "@postgresql/" in environment["EMULATOR_STORE"]
    [volume] = services["nginx"]["volumes"]
    assert (ROOT / volume.partition(":")[0]).samefile(CONFIGURATION)


def test_the_manifest_of_kubernetes_holds_together() -> None:
    objects = list(yaml.safe_load_all((ROOT / "examples/cluster/kubernetes.yaml").read_text()))
    by_name = {(each["kind"], each["metadata"]["name"]): each for each in objects}
    assert len(by_name) == len(objects)
    for kind, name in (("Deployment", "emulator"), ("StatefulSet", "emulator-postgresql")):
        spec = by_name[kind, name]["spec"]
        labels = spec["template"]["metadata"]["labels"]
        service = by_name["Service", name]["spec"]
        assert spec["selector"]["matchLabels"] == labels == service["selector"]
        [container] = spec["template"]["spec"]["containers"]
        ports = {port["name"] for port in container["ports"]}
        assert {port["targetPort"] for port in service["ports"]} <= ports
        for variable in container["env"]:
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference is not None:
                assert reference["key"] in by_name["Secret", reference["name"]]["stringData"]
    [container] = by_name["Deployment", "emulator"]["spec"]["template"]["spec"]["containers"]
    options = {
        each["name"].removeprefix("EMULATOR_").lower() for each in container["env"] if "EMULATOR" in each["name"]
    }
    assert options == {"store", "cluster_address"} <= OPTIONS.keys()
    assert "@emulator-postgresql/" in by_name["Secret", "emulator-store"]["stringData"]["url"]
