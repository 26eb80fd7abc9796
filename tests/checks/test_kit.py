"""The team kit: what its rules flag, that they miss nothing of the guide, and that it installs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile

import pytest
import yaml

import kit
from engine import ROOT, fences
from kit_precision import SAMPLE, packages, sample
from kit_snippets import INVALID, VALID

RULES = {rule.name: rule for rule in kit.rules()}
BIN = os.path.dirname(sys.executable)
ENOUGH_PACKAGES, ENOUGH_LINES = 40, 500_000


def scan(folder, *arguments, config=kit.KIT / "sgconfig.yml"):
    """Return {(file, rule)} of what ast-grep flags in a folder."""
    command = [f"{BIN}/ast-grep", "scan", "--config", config, "--json=compact", *arguments, "."]
    printed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert printed.stdout, printed.stderr
    return {(hit["file"].removeprefix("./"), hit["ruleId"]) for hit in json.loads(printed.stdout)}


@pytest.fixture(scope="module")
def flagged(tmp_path_factory):
    """What each rule flags: its Bad and Good blocks, and the snippets, in one scan."""
    folder = tmp_path_factory.mktemp("blocks")
    for name, rule in RULES.items():
        bad, good = kit.examples(rule)
        kinds = {"Bad": bad, "Good": good, "Invalid": INVALID[name], "Valid": VALID[name]}
        for kind, texts in kinds.items():
            for number, text in enumerate(texts):
                (folder / f"{name}.{kind}{number}.py").write_text(text, "utf-8")
    return scan(folder)


def of_kind(flagged, name, kind):
    """Return the numbers of the files of this kind that the rule flags."""
    found = [
        re.fullmatch(rf"{name}\.{kind}(\d+)\.py", file) for file, rule in flagged if rule == name
    ]
    return {int(match[1]) for match in found if match}


def test_there_are_enough_rules_and_each_is_complete():
    assert len(RULES) >= 20
    assert {*INVALID} == {*VALID} == {*RULES}
    for name, rule in RULES.items():
        assert (kit.KIT / f"rules/{name}.yml").exists()
        assert rule.severity in ("error", "warning", "hint"), name
        assert re.search(r"[A-Z`_].+\.$", rule.message), name
        assert rule.note, name


@pytest.mark.parametrize("name", RULES)
def test_a_rule_flags_the_bad_block_of_its_section_and_not_the_good_one(flagged, name):
    bad, _ = kit.examples(RULES[name])
    assert bad, "its section has no block"
    assert of_kind(flagged, name, "Bad"), f"no Bad block of {RULES[name].pair} is flagged"
    assert of_kind(flagged, name, "Good") == set(), f"a Good block of {RULES[name].pair}"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_flags_its_invalid_snippets_and_not_its_valid_ones(flagged, name):
    assert of_kind(flagged, name, "Invalid") == set(range(len(INVALID[name])))
    assert of_kind(flagged, name, "Valid") == set()


def test_the_fixes_leave_nothing_to_flag(tmp_path):
    names = [name for name, rule in RULES.items() if rule.fixes]
    assert names
    for name in names:
        for number, text in enumerate(INVALID[name]):
            (tmp_path / f"{name}{number}.py").write_text(text, "utf-8")
    config = kit.KIT / "sgconfig.yml"
    command = [f"{BIN}/ast-grep", "scan", "--config", config, "--update-all", "."]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert {rule for _, rule in scan(tmp_path)} & {*names} == set()
    for path in tmp_path.iterdir():
        compile(path.read_text("utf-8"), path, "exec")


def test_a_rule_that_is_missing_is_noticed(tmp_path):
    shutil.copytree(kit.KIT, tmp_path / "kit")
    (tmp_path / "kit/rules/import-concurrent.yml").unlink()
    (tmp_path / "code").mkdir()
    (tmp_path / "code/bad.py").write_text("import concurrent\n")
    assert scan(tmp_path / "code") == {("bad.py", "import-concurrent")}
    assert scan(tmp_path / "code", config=tmp_path / "kit/sgconfig.yml") == set()


def test_ruffs_rules_are_ones_that_ruff_has_and_are_not_written_again(tmp_path):
    (tmp_path / "bad.py").write_text(
        "import threading, time\nasync def work():\n    time.sleep(1)\n"
        "    with threading.Lock():\n        pass\n"
    )
    command = [f"{BIN}/ruff", "check", "--no-cache", "--config", kit.KIT / "ruff.toml"]
    command += ["--output-format=json", "bad.py"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "warning" not in printed.stderr
    assert {hit["code"] for hit in json.loads(printed.stdout)} == {"ASYNC251", "PLW2101"}
    assert scan(tmp_path) == set()


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """An empty repository with the kit, installed by the three lines of the page."""
    folder = tmp_path_factory.mktemp("empty")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    kit.pack(folder / "threads-kit.zip", "https://guide.example/")
    lines = install_lines()
    assert len(lines) == 3
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    for line in lines:
        subprocess.run(line, shell=True, cwd=folder, check=True, env=environment, timeout=120)
    return folder


def install_lines():
    (fence,) = [
        fence
        for fence in fences.split((ROOT / "docs" / kit.PAGE).read_text("utf-8"))[0]
        if fence.info == "console" and "threads-kit.zip" in fence.code
    ]
    return [line.removeprefix("$ ") for line in fence.code.splitlines()]


@pytest.mark.parametrize(
    ("text", "status"), [(INVALID["acquire-without-finally"][0], 1), ("x = 1\n", 0)]
)
def test_the_installed_hooks_refuse_a_bad_file_and_pass_a_good_one(repository, text, status):
    file = repository / "code.py"
    file.write_text(text)
    (repo,) = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())["repos"]
    statuses = [
        subprocess.run(
            [f"{BIN}/{command}", *arguments, "code.py"],
            cwd=repository,
            capture_output=True,
            check=False,
        ).returncode
        for command, *arguments in (shlex.split(hook["entry"]) for hook in repo["hooks"])
    ]
    assert max(statuses) == status


def test_the_versions_of_the_hooks_are_those_that_the_guide_is_checked_with():
    locked = (ROOT / "requirements.txt").read_text("utf-8")
    for path in (".pre-commit-config.yaml", ".github/workflows/threads.yml"):
        for pin in re.findall(r"[\w-]+==[\d.]+", (kit.KIT / path).read_text("utf-8")):
            assert f"\n{pin} " in locked, f"{path}: {pin}"


def test_the_installed_workflow_finds_what_it_names(repository):
    workflow = (repository / ".github/workflows/threads.yml").read_text()
    for path in set(re.findall(r"threads-kit(?:/[\w.-]+)?", workflow)):
        assert (repository / path).exists(), path
    assert (repository / "threads-kit/orders.py").exists()


def test_the_archive_is_the_same_each_time_and_its_rules_name_the_site(tmp_path):
    for name in "ab":
        kit.pack(tmp_path / f"{name}.zip", "https://guide.example/")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        rule = yaml.safe_load(archive.read("threads-kit/rules/get-event-loop.yml"))
    assert rule["url"] == "https://guide.example/errors/asyncio/#no-current-event-loop"


def test_the_measured_packages_are_many_and_are_those_that_are_pinned():
    record = kit.record()
    assert record["packages"] == packages()
    assert len(packages()) >= ENOUGH_PACKAGES
    assert record["lines"] >= ENOUGH_LINES
    assert {*record["hits"]} == {*RULES}


def test_every_hit_of_the_sample_has_been_read():
    record = kit.record()
    assert len(record["sample"]) >= min(SAMPLE, sum(record["hits"].values()))
    for hit in [*record["sample"], *record["held_out"]["read"]]:
        assert hit["verdict"] in ("right", "wrong"), hit
        assert len(hit["reason"]) > 10, hit
    assert all(rule.read[1] for name, rule in RULES.items() if record["hits"][name])


def test_what_was_held_out_is_not_what_the_rules_were_made_on():
    record = kit.record()
    assert not record["held_out"]["packages"].keys() & record["packages"].keys()
    assert {hit["package"] for hit in record["held_out"]["read"]} <= {
        *record["held_out"]["packages"]
    }


def test_a_rule_that_is_often_wrong_is_a_hint():
    for name, rule in RULES.items():
        right, read = rule.read
        if read and right / read < kit.ENOUGH:
            assert rule.severity == "hint", f"{name}: {right} of {read}"


def test_the_sample_is_the_same_each_time_and_has_each_rule():
    hits = [{"package": "p", "version": "1", "file": "f.py", "line": n, "rule": rule}
            for rule, many in (("common", 90), ("rare", 2)) for n in range(many)]  # fmt: skip
    chosen = sample(hits, 10)
    assert chosen == sample(hits, 10)
    assert [hit["rule"] for hit in chosen].count("rare") == 2
