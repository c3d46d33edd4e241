"""What is missing on the machine is named, and installed without side effects."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dockyard.errors import MissingRequirement
from dockyard.system import install, kernel, requirements
from dockyard.system.requirements import Requirement

Fake = Callable[[str, str], None]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a shell script before all other commands of its name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def put(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return put


@pytest.fixture
def ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Files of subordinate ids that belong to the test."""
    files = (tmp_path / "subuid", tmp_path / "subgid")
    for file in files:
        file.write_text("ada:100000:65536\n1234:300000:65536\n")
    monkeypatch.setattr(kernel, "_RANGES", files)
    return files


def named(name: str) -> Requirement:
    return next(each for each in requirements.requirements() if each.name == name)


def test_this_machine_has_what_the_other_tests_need() -> None:
    assert requirements.missing() == []


def test_every_requirement_says_why_and_what_mends_it() -> None:
    for each in requirements.requirements():
        assert each.why.endswith(".")
        assert each.fix


def test_a_missing_command_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    found = requirements.find
    monkeypatch.setattr(requirements, "find", lambda name: None if name == "slirp4netns" else found(name))
    assert requirements.missing_packages() == ["slirp4netns"]
    assert "apt-get install -y --no-install-recommends slirp4netns" in named("slirp4netns").fix


def test_skopeo_is_no_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "find", lambda _: None)
    assert not named("skopeo").present
    assert "skopeo" not in requirements.missing_packages()


@pytest.mark.parametrize(
    ("policy", "package"),
    [
        ("docker-cli:\n  Candidate: 26.1.5\n", "docker-cli"),
        ("docker-cli:\n  Candidate: (none)\n", "docker.io"),
    ],
)
def test_the_docker_command_is_looked_for_in_the_right_package(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, policy: str, package: str
) -> None:
    fake("apt-cache", f"printf '{policy}'")
    monkeypatch.setattr(requirements, "find", lambda _: None)
    assert named("docker").package == package


@pytest.mark.parametrize(
    ("system", "version", "package"),
    [("debian", "12", "docker.io"), ("debian", "13", "docker-cli"), ("ubuntu", "24.04", "docker.io")],
)
def test_the_right_package_is_known_without_package_lists(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, system: str, version: str, package: str
) -> None:
    fake("apt-cache", "exit 0")
    monkeypatch.setattr(requirements, "find", lambda _: None)
    monkeypatch.setattr(requirements, "_os_release", lambda: {"ID": system, "VERSION_ID": version})
    assert named("docker").package == package


@pytest.mark.parametrize(("version", "present"), [("1.1.0", False), ("3.0.1", True)])
def test_rootlesskit_3_needs_no_helper_for_ports(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, version: str, present: bool
) -> None:
    fake("rootlesskit", f"echo rootlesskit version {version}")
    found = requirements.find
    monkeypatch.setattr(requirements, "find", lambda name: None if name.endswith("proxy") else found(name))
    assert named("rootlesskit-docker-proxy").present is present


def test_ranges_of_other_users_are_not_given_again(ranges: tuple[Path, Path]) -> None:
    assert kernel.lacking_ranges("ada") == []
    ranges[1].write_text("")
    assert kernel.lacking_ranges("ada") == [ranges[1]]
    command = kernel.range_command("ada")
    assert command == ["usermod", "--add-subgids", "365536-431071", "ada"]


def test_the_first_range_of_a_machine(ranges: tuple[Path, Path]) -> None:
    for file in ranges:
        file.unlink()
    command = kernel.range_command("ada")
    both = ["--add-subuids", "100000-165535", "--add-subgids", "100000-165535"]
    assert command == ["usermod", *both, "ada"]


@pytest.mark.parametrize(
    ("setting", "value", "mended"),
    [
        ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=28633"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    ],
)
def test_forbidden_namespaces_are_explained(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, mended: str
) -> None:
    for command in ("unshare", "rootlesskit"):
        fake(command, "exit 1")
    (tmp_path / setting).parent.mkdir(exist_ok=True)
    (tmp_path / setting).write_text(f"{value}\n")
    monkeypatch.setattr(kernel, "_SYSCTLS", tmp_path)
    found = named("user namespaces")
    assert not found.present
    assert mended.partition("=")[0] in found.why
    assert mended in found.fix
    assert "sysctl -p" in found.fix


def test_namespaces_that_only_rootlesskit_may_make_are_enough(fake: Fake) -> None:
    fake("unshare", "exit 1")
    fake("rootlesskit", "exit 0")
    assert named("user namespaces").present


def test_an_ordinary_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(requirements, "find", lambda name: None if name == "runc" else name)
    with pytest.raises(MissingRequirement) as caught:
        install.install(print)
    assert "runc: It starts the containers." in caught.value.message
    assert "sudo apt-get install -y --no-install-recommends runc" in caught.value.next


def test_nothing_is_installed_where_nothing_is_missing(fake: Fake) -> None:
    fake("apt-get", "exit 1")
    said: list[str] = []
    install.install(said.append)
    assert said == ["Everything that Dockyard needs is here."]


@pytest.fixture
def lacking_runc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As if runc were missing until the file that is returned exists."""
    installed = tmp_path / "installed"
    found = requirements.find
    monkeypatch.setattr(
        requirements, "find", lambda name: found(name) if name != "runc" or installed.exists() else None
    )
    monkeypatch.setattr(install, "_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(install, "_UNIT_FOLDERS", (tmp_path / "units",))
    monkeypatch.setattr(install, "_SYSTEMD", tmp_path)
    (tmp_path / "units").mkdir()
    return installed


def test_services_stay_as_they_were(fake: Fake, lacking_runc: Path, tmp_path: Path) -> None:
    policy, units, log = tmp_path / "policy-rc.d", tmp_path / "units", tmp_path / "log"
    (units / "containerd.service").touch()
    steps = f"sh {policy}; echo $? >>{log}; touch {lacking_runc} {units}/docker.service"
    fake("apt-get", f'echo apt-get $* >>{log}\ncase "$*" in *install*) {steps};; esac')
    fake("systemctl", f"echo systemctl $* >>{log}")
    said: list[str] = []
    install.install(said.append)
    lines = log.read_text().splitlines()
    assert lines[0].endswith("update")
    assert "install runc" in lines[1]
    assert lines[2:] == ["101", "systemctl disable --now docker.service"]
    assert not policy.exists()
    assert any(line.startswith("Installing runc") for line in said)


def test_a_failed_installation_leaves_no_policy(fake: Fake, lacking_runc: Path, tmp_path: Path) -> None:
    fake("apt-get", 'case "$*" in *install*) echo "E: no space left" >&2; exit 100;; esac')
    with pytest.raises(MissingRequirement, match="no space left"):
        install.install(print)
    assert not (tmp_path / "policy-rc.d").exists()
    assert not lacking_runc.exists()


def test_a_policy_of_the_machine_is_kept(fake: Fake, lacking_runc: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("theirs")
    fake("apt-get", f'case "$*" in *install*) touch {lacking_runc};; esac')
    install.install(lambda _: None)
    assert policy.read_text() == "theirs"


def test_setup_needs_only_the_standard_library() -> None:
    code = "import sys, dockyard.system.install; print(*{name.partition('.')[0] for name in sys.modules})"
    command = ["python3", "-S", "-c", code]
    root = Path(requirements.__file__).parents[2]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert not {"platformdirs", "yaml", "docker", "click"} & set(done.stdout.split())
