"""The repository's own configuration: workflows, issue forms, dependency updates, pre-commit."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.packaging.tree import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
SCHEMAS = [
    *(("vendor.github-workflows", path) for path in WORKFLOWS),
    *(("custom.github-workflows-require-timeout", path) for path in WORKFLOWS),
    *(("vendor.github-issue-forms", path) for path in FORMS),
    ("vendor.github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml"),
    ("vendor.dependabot", GITHUB / "dependabot.yml"),
    ("vendor.compose-spec", ROOT / "compose.yaml"),
]


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("schema", sorted({schema for schema, _ in SCHEMAS}))
def test_files_follow_their_schema(schema: str) -> None:
    from check_jsonschema import main  # here, as it takes longer than the other tests

    files = [path for name, path in SCHEMAS if name == schema]
    checked = CliRunner().invoke(main, ["--builtin-schema", schema, *map(str, files)])
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_may_only_read_unless_a_job_says_otherwise(workflow: Path) -> None:
    content = load(workflow)
    assert content["permissions"] == {"contents": "read"}
    assert "concurrency" in content
    for name, job in content["jobs"].items():
        publishes = job.get("permissions", {}).keys() - {"contents"} or job.get("permissions") == {"contents": "write"}
        steps = [step for step in job.get("steps", []) if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] is False for step in steps), name
        assert not publishes or "tag" in str(job) or "refs/heads/main" in str(job), f"{name} publishes any branch"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(workflow: Path) -> None:
    for used in re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8")):
        pinned = re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|release/v\d+|[0-9a-f]{40})", used)
        assert pinned or (ROOT / used).is_file(), used


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_calls_only_what_exists(workflow: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for job in load(workflow)["jobs"].values():
        needed = job.get("needs", [])
        assert {needed} if isinstance(needed, str) else set(needed) <= load(workflow)["jobs"].keys()
        for step in job.get("steps", []):
            command = step.get("run", "")
            assert set(re.findall(r"\bmake ([a-z-]+)", command)) <= targets
            assert all((ROOT / path).exists() for path in re.findall(r"(?:^|\s)((?:\.ci|requirements)/\S+)", command))


def test_release_builds_both_architectures_and_waits_for_the_tests() -> None:
    jobs = load(GITHUB / "workflows" / "release.yml")["jobs"]
    image = next(step for step in jobs["image"]["steps"] if step.get("uses", "").startswith("docker/build-push-action"))
    assert image["with"]["platforms"] == "linux/amd64,linux/arm64"
    assert "test" in jobs["image"]["needs"]
    assert "test" in jobs["pypi"]["needs"]
    assert jobs["pypi"]["permissions"] == {"id-token": "write"}


def test_release_publishes_where_the_pages_say() -> None:
    workflow = (GITHUB / "workflows" / "release.yml").read_text(encoding="utf-8")
    for page, published in (("kubernetes.md", "charts"), ("devcontainers.md", "features")):
        assert f'${{GITHUB_REPOSITORY_OWNER,,}}/{published}"' in workflow
        names = re.findall(
            r"ghcr\.io/OWNER/(\S+?)/sqs-sns-emulator", (ROOT / "docs" / page).read_text(encoding="utf-8")
        )
        assert set(names) == {published}


def test_tests_run_on_three_systems() -> None:
    matrix = load(GITHUB / "workflows" / "test.yml")["jobs"]["matrix"]["strategy"]["matrix"]
    assert matrix["system"] == ["ubuntu-latest", "macos-latest", "windows-latest"]


def test_dependabot_looks_where_dependencies_are() -> None:
    for update in load(GITHUB / "dependabot.yml")["updates"]:
        for directory in update.get("directories", [update.get("directory")]):
            assert (ROOT / directory.lstrip("/")).is_dir(), directory


def test_commit_hooks_call_programs_of_the_development_lock() -> None:
    locked = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
    hooks = next(repo["hooks"] for repo in load(ROOT / ".pre-commit-config.yaml")["repos"] if repo["repo"] == "local")
    for hook in hooks:
        program = hook["entry"].split()[0]
        assert f"\n{Path(program).name}==" in locked
        assert program == f".venv/bin/{Path(program).name}"


def test_every_target_of_make_is_documented() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    documented = re.findall(
        r"^\| `make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(targets) - {"help"} == set(documented)
