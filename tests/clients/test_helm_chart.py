"""The chart: what helm makes of it is what Kubernetes takes, and its container, run as a process, is the emulator."""

import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from emulator import __version__
from tests import emulator_process, patience
from tests.clients.pages import DOCS, blocks
from tests.clients.toolchains import HELM, without_aws
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm" / "sqs-sns-emulator"
PAGE = DOCS / "kubernetes.md"
OLDEST, NEWEST = "1.27", "1.37"
SECONDS = 300

Values = Mapping[str, Any]
Manifest = dict[str, Any]

TEMPLATE = """
Parameters: {Stage: {Type: String}}
Resources:
  Sales: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "sales-${Stage}"}}
"""
QUEUES = {"queues": ["dead", {"name": "orders", "message_retention_period": 1209600, "dead_letter_queue": "dead"}]}
FILES: Values = {
    "config": {**QUEUES, "options": {"region": "eu-north-1"}},
    "templates": {"sales": TEMPLATE},
    "templateParameters": {"Stage": "test"},
}
CLUSTER: Values = {"cluster": {"enabled": True, "existingSecret": "database"}, "replicas": 3}
SETS: dict[str, Values] = {
    "defaults": {},
    "files": FILES,
    "toml": {"config": 'queues = ["orders"]\n[options]\nregion = "eu-north-1"\n'},
    "persistence": {**FILES, "persistence": {"enabled": True, "storageClass": "fast"}},
    "cluster": {**FILES, **CLUSTER},
    "everything": {
        "fullnameOverride": "queues",
        "image": {"repository": "registry.example.com/emulator", "tag": "1"},
        "imagePullSecrets": [{"name": "registry"}],
        "env": [{"name": "EMULATOR_SEED", "value": "7"}],
        "service": {"type": "NodePort", "nodePort": 30566, "annotations": {"example.com/team": "shop"}},
        "podAnnotations": {"example.com/team": "shop"},
        "podLabels": {"team": "shop"},
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "tests", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
    },
}


@pytest.fixture(scope="module", autouse=True)
def _helm() -> None:
    if reason := HELM.why_not():
        pytest.skip(reason)


def helm(*arguments: str, values: Values | None = None) -> "subprocess.CompletedProcess[str]":
    command: list[str | Path] = [HELM.workspace / "helm", *arguments]
    command += [] if values is None else ["--values", "-"]
    text = None if values is None else json.dumps(values)
    return subprocess.run(command, input=text, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)


def rendered(values: Values, *arguments: str) -> list[Manifest]:
    done = helm("template", "shop", str(CHART), "--kube-version", NEWEST, *arguments, values=values)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def only(manifests: list[Manifest], *kinds: str) -> Manifest:
    [found] = [manifest for manifest in manifests if manifest["kind"] in kinds]
    return found


# -- Manifests -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_helm_finds_nothing_wrong(name: str) -> None:
    done = helm("lint", "--strict", "--kube-version", NEWEST, str(CHART), values=SETS[name])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stdout


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("name", SETS)
def test_kubernetes_takes_the_manifests(name: str, version: str, tmp_path: Path) -> None:
    file = tmp_path / "manifests.yaml"
    file.write_text(yaml.safe_dump_all(rendered(SETS[name])))
    checker = HELM.workspace / "venv" / "bin" / "kubernetes-validate"
    command: list[str | Path] = [checker, "--strict", "--kubernetes-version", version, file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_manifest_has_no_key_twice() -> None:
    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(set(keys)) == len(keys), f"{keys} in line {node.start_mark.line + 1}"
        return dict(loader.construct_pairs(node, deep=True))

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    for values in SETS.values():
        done = helm("template", "shop", str(CHART), "--kube-version", NEWEST, values=values)
        assert list(yaml.load_all(done.stdout, Strict))


@pytest.mark.parametrize("name", SETS)
def test_service_leads_to_the_pods_and_to_nothing_else(name: str) -> None:
    manifests = rendered(SETS[name])
    selector = only(manifests, "Service")["spec"]["selector"].items()
    workload = only(manifests, "Deployment", "StatefulSet")["spec"]
    assert selector <= workload["template"]["metadata"]["labels"].items()
    assert workload["selector"]["matchLabels"].items() == selector
    assert not selector <= only(manifests, "Pod")["metadata"]["labels"].items()  # that of helm test


def test_pods_start_anew_when_a_file_changes() -> None:
    pods = [only(rendered(SETS[name]), "Deployment")["spec"]["template"] for name in ("files", "toml", "files")]
    first, second, third = (pod["metadata"]["annotations"]["checksum/files"] for pod in pods)
    assert first != second
    assert first == third


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"replicas": 2}, "replicas is 2: more than one needs cluster.enabled"),
        ({**CLUSTER, "persistence": {"enabled": True}}, "persistence.enabled and cluster.enabled exclude each other"),
        ({"templateParameters": {"Stage": "test"}}, "templateParameters are about templates"),
        ({"cluster": {"enabled": True}}, "'/cluster/existingSecret'"),
        ({"replica": 2}, "'replica' not allowed"),
        ({"service": {"port": "aws"}}, "'/service/port'"),
        ({"templates": {"under_score": TEMPLATE}}, "under_score"),
    ],
)
def test_wrong_values_are_refused(values: Values, said: str) -> None:
    done = helm("template", "shop", str(CHART), "--kube-version", NEWEST, values=values)
    assert done.returncode != 0
    assert said in done.stderr


def test_version_is_that_of_the_emulator() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"] == __version__
    container = only(rendered({}), "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == f"ghcr.io/sqs-sns-emulator/sqs-sns-emulator:{__version__}"


def test_package_has_the_name_that_the_release_publishes(tmp_path: Path) -> None:
    done = helm("package", str(CHART), "--destination", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert [file.name for file in tmp_path.iterdir()] == [f"sqs-sns-emulator-{__version__}.tgz"]
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert 'helm push "sqs-sns-emulator-${GITHUB_REF_NAME#v}.tgz"' in workflow


def test_schema_has_every_value() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert schema["properties"].keys() - {"global"} == values.keys()
    for name, row in schema["properties"].items():
        if row.get("additionalProperties") is False:
            assert row["properties"].keys() == values[name].keys(), name


# -- The container -------------------------------------------------------------------------


@contextmanager
def started(manifests: list[Manifest], folder: Path, secrets: Mapping[str, str] | None = None) -> Iterator[int]:
    """The container of the manifests as a process of its own, with its files in ``folder``; its port.

    Its port and its address are others, since those of the container may not be free here.
    """
    container = only(manifests, "Deployment", "StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    for config_map in (manifest for manifest in manifests if manifest["kind"] == "ConfigMap"):
        for name, content in config_map["data"].items():
            (folder / name).write_text(content)
    port, cluster_port = free_port(), free_port()
    here = {"/etc/emulator": str(folder), "/data": str(folder / "data"), "0.0.0.0": "127.0.0.1"}
    here |= {"4566": str(port), "$(POD_IP):4567": f"127.0.0.1:{cluster_port}"}

    def changed(text: str) -> str:
        for there, place in here.items():
            text = text.replace(there, place)
        return text

    env = {"PATH": os.environ["PATH"]}
    for variable in container["env"]:
        source = variable.get("valueFrom", {})
        if "secretKeyRef" in source:
            env[variable["name"]] = (secrets or {})[source["secretKeyRef"]["key"]]
        else:
            env[variable["name"]] = changed(variable.get("value", "127.0.0.1"))  # the address of the pod
    arguments = [changed(argument) for argument in container.get("args", ())]
    process = emulator_process.start(*arguments, env=env, cwd=folder)
    assert process.stdout is not None
    with process, process.stdout:
        try:
            while (line := process.stdout.readline()) != "Ready.\n":
                assert line, "the emulator did not start"
            assert container["ports"][0] == {"name": "aws", "containerPort": 4566}
            for probe in ("startupProbe", "readinessProbe"):
                asked = container[probe]["httpGet"]
                assert asked["port"] == "aws"
                headers = {header["name"]: header["value"] for header in asked["httpHeaders"]}
                request = urllib.request.Request(f"http://127.0.0.1:{port}{asked['path']}", headers=headers)
                with urllib.request.urlopen(request, timeout=patience.SECONDS) as answer:
                    assert answer.status == 200
            yield port
        finally:
            process.terminate()
            process.wait(patience.SECONDS)


def client(service: str, port: int, region: str = "eu-north-1") -> Any:
    dummies = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=f"http://127.0.0.1:{port}", region_name=region, **dummies)


def test_container_starts_with_nothing(tmp_path: Path) -> None:
    with started(rendered({}), tmp_path) as port:
        assert "QueueUrls" not in client("sqs", port).list_queues()


@pytest.mark.parametrize("name", ["files", "toml"])
def test_container_starts_with_the_queues_of_its_files(name: str, tmp_path: Path) -> None:
    with started(rendered(SETS[name]), tmp_path) as port:
        queue = client("sqs", port).get_queue_url(QueueName="orders")["QueueUrl"]
        if name == "files":
            attributes = client("sqs", port).get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
            assert attributes["MessageRetentionPeriod"] == "1209600"
            [topic] = client("sns", port).list_topics()["Topics"]
            assert topic["TopicArn"].endswith(":sales-test")


def test_volume_keeps_messages(tmp_path: Path) -> None:
    manifests = rendered(SETS["persistence"])
    with started(manifests, tmp_path) as port:
        client("sqs", port).send_message(QueueUrl="orders", MessageBody="one coffee")
    with started(manifests, tmp_path) as port:
        [message] = client("sqs", port).receive_message(QueueUrl="orders")["Messages"]
        assert message["Body"] == "one coffee"


def test_replicas_of_a_cluster_share_their_database(postgresql_url: str, tmp_path: Path) -> None:
    manifests = rendered(SETS["cluster"])
    secrets = {"url": postgresql_url}
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with started(manifests, folders[0], secrets) as one, started(manifests, folders[1], secrets) as two:
        client("sqs", one).send_message(QueueUrl="orders", MessageBody="one coffee")
        [message] = client("sqs", two).receive_message(QueueUrl="orders")["Messages"]
        assert message["Body"] == "one coffee"


def test_helm_test_waits_for_the_service(tmp_path: Path) -> None:
    manifests = rendered({})
    [container] = only(manifests, "Pod")["spec"]["containers"]
    service = only(manifests, "Service")
    address = f"http://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
    with started(manifests, tmp_path) as port:
        here = [argument.replace(address, f"http://127.0.0.1:{port}") for argument in container["args"]]
        assert here != container["args"]
        done = emulator_process.run(*here, env=without_aws())
        assert done.returncode == 0, done.stderr


# -- The page ------------------------------------------------------------------------------


def test_values_of_the_page_are_rendered(tmp_path: Path) -> None:
    examples = [yaml.safe_load(block.text) for block in blocks(PAGE, "yaml") if block.file == "values.yaml"]
    assert examples
    for number, values in enumerate(examples):
        folder = tmp_path / str(number)
        folder.mkdir()
        with started(rendered(values), folder) as port:
            assert client("sqs", port, "us-east-1").list_queues()["QueueUrls"]


def test_page_lists_the_values() -> None:
    listed = set(re.findall(r"^\| `(\w+)", PAGE.read_text(), re.MULTILINE))
    assert listed == set(yaml.safe_load((CHART / "values.yaml").read_text()))


def test_commands_of_the_page_install_the_chart(tmp_path: Path) -> None:
    [console] = [block.text for block in blocks(PAGE, "console") if "install" in block.text]
    commands = re.findall(r"^\$ helm install (.*)$", console, re.MULTILINE)
    assert len(commands) >= 3
    files = {"emulator.toml": 'queues = ["orders"]\n', "orders.yaml": TEMPLATE, "values.yaml": "{}"}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    for command in commands:
        release, chart, *options = command.split()
        assert chart.startswith("oci://ghcr.io/OWNER/")
        done = subprocess.run(
            [HELM.workspace / "helm", "template", release, CHART, "--kube-version", NEWEST, *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
