"""Diagnoses of what no lesson shows, on a real engine: each names its cause, and its commands mend it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support import PATIENCE, Docker, page_of, reserve_ports, wait_for, wait_for_value

from checker.course.course import Course
from checker.facts.objects import Reply
from checker.session.journal import Journal
from checker.session.report import StepReport
from checker.session.session import Session
from checker.sources import http_probe
from checker.sources.endpoint import Endpoint, resolve
from checker.verdict import Outcome
from dockyard.commands import SHELL
from dockyard.engine.kinds import engine_of
from dockyard.home import Home

CMD = 'CMD ["httpd", "-f", "-h", "/www"]'
LEARNER = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}


@dataclass(frozen=True)
class Told:
    """What a check must be told after the commands; `mends`: the commands it names lead to the goal."""

    check: dict[str, Any]
    reason: str
    says: str
    mends: bool = False


class Learner:
    """Somebody at a shell that talks to an engine, whatever comes of what they type."""

    def __init__(self, host: str) -> None:
        self._env = LEARNER | {"DOCKER_HOST": host}

    def types(self, *commands: str) -> None:
        """All at once, for containers are slow to start."""
        started = [
            subprocess.Popen(["sh", "-c", command], env=self._env, stdout=-3, stderr=-3)
            for command in commands
        ]
        assert all(each.wait(PATIENCE) is not None for each in started)


@pytest.fixture
def learner(endpoint: Endpoint) -> Learner:
    return Learner(endpoint.host)


@pytest.fixture
def box(docker: Docker, tiny_root: bytes) -> Iterator[str]:
    """The ID of the image `box`, which serves a page; whatever was made is gone afterwards."""
    yield docker("import", "--change", CMD, "-", "box", data=tiny_root)
    if containers := docker("ps", "--all", "--quiet").split():
        docker("rm", "--force", "--volumes", *containers)
    docker("volume", "prune", "--force")
    docker("network", "prune", "--force")


@pytest.fixture
def session_of(endpoint: Endpoint, tmp_path: Path) -> Iterator[Callable[[Mapping[str, Any]], Session]]:
    """Gives a session with a lesson of these checks, begun."""
    sessions: list[Session] = []

    def write(checks: Mapping[str, Any]) -> Session:
        (tmp_path / "lessons").mkdir()
        text = "".join(f"<!-- step: {step} -->\nDo {step}.\n\n" for step in checks)
        (tmp_path / "lessons/01-boats.md").write_text(f"# Boats\n\n{text}")
        rest = {"hints": ["Look."], "solution": "docker ps"}
        steps = {step: {"check": check, **rest} for step, check in checks.items()}
        for step, check in checks.items():
            if "answer" in check:
                steps[step]["solution"] = f"dockyard answer {step} x"
        data = {"title": "Boats", "minutes": 1, "steps": steps}
        (tmp_path / "lessons/01-boats.yaml").write_text(json.dumps(data))
        session = Session(
            Course(tmp_path / "lessons"),
            endpoint,
            Journal(tmp_path / "journal.sqlite"),
            commands=SHELL,
            folder=tmp_path,
        )
        sessions.append(session)
        session.begin_tracking("boats")
        return session

    yield write
    for session in sessions:
        session.close()


def told(session: Session) -> dict[str, StepReport]:
    return {step.step: step for step in session.check().steps}


def prove(session: Session, cases: Mapping[str, Told], learner: Learner) -> None:
    """Every check is told its reason in its words, and is mended by the commands that it is told."""
    found: dict[str, StepReport] = {}

    def reasons() -> dict[str, str | None]:
        found.update(told(session))
        return {step: each.verdict.reason for step, each in found.items()}

    # A container ends, restarts and begins to serve some time after its command has returned.
    wait_for_value(reasons, {step: case.reason for step, case in cases.items()})
    messages = {step: " ".join((each.verdict.message, *each.verdict.next)) for step, each in found.items()}
    assert {step: text for step, text in messages.items() if cases[step].says not in text} == {}
    mended = {step for step, case in cases.items() if case.mends}
    learner.types(*("\n".join(found[step].verdict.next) for step in mended))

    def unmet() -> dict[str, str]:
        verdicts = {step: each.verdict for step, each in told(session).items() if step in mended}
        return {step: each.message for step, each in verdicts.items() if each.outcome is not Outcome.PASSED}

    wait_for_value(unmet, {})


def running(name: str, image: str = "box", **more: Any) -> dict[str, Any]:
    return {"container": name, "from": image, "is": "running", **more}


def is_(state: str, name: str, **more: Any) -> dict[str, Any]:
    return {"container": name, "is": state, **more}


# Containers


def test_container__that_should_be_running(
    docker: Docker, box: str, tiny_root: bytes, session_of: Callable[..., Session], learner: Learner
) -> None:
    assert box
    docker("import", "--change", CMD, "-", "mine", data=tiny_root)
    (port,) = reserve_ports(1)
    cases = {
        "shy": Told(running("shy"), "created-not-started", "docker start shy", mends=True),
        "done": Told(
            running("done"), "ended-at-once", "a container runs only as long as that process", mends=True
        ),
        "sour": Told(
            running("sour"), "exited-with-error", "exit code 1: its main process failed", mends=True
        ),
        "odd": Told(running("odd"), "exited-with-error", "exit code 125: Docker itself"),
        "stiff": Told(running("stiff"), "exited-with-error", "exit code 126: the command exists", mends=True),
        "lost": Told(running("lost"), "exited-with-error", '"nope": executable file not found', mends=True),
        "taken": Told(running("taken"), "could-not-start", "port is already allocated", mends=True),
        "killed": Told(running("killed"), "exited-with-error", "exit code 137: it was killed"),
        "crashed": Told(running("crashed"), "exited-with-error", "exit code 139: its main process crashed"),
        "told": Told(running("told"), "exited-with-error", "exit code 143: it was asked to stop", mends=True),
        "held": Told(running("held"), "container-paused", "docker unpause held", mends=True),
        "loop": Told(running("loop"), "container-restarting", "restarting in a loop", mends=True),
        "wrong": Told(running("wrong"), "wrong-image", "made from `mine`, not from `box`", mends=True),
        "old": Told(
            running("old", "mine"), "old-image", "before `mine` was built, pulled or tagged", mends=True
        ),
        "brief": Told(running("brief"), "container-gone", "`brief` is gone", mends=True),
        "name": Told(running("name"), "wrong-name", "docker rename nmae name", mends=True),
    }
    session = session_of({step: case.check for step, case in cases.items()})
    run = "docker run --detach --name"
    learner.types(
        "docker run --detach --restart=always --name=loop box sh -c 'exit 1'",
        "docker create --name=shy box",
        *(f"{run}={name} box sh -c 'exit {code}'" for name, code in
          {"done": 0, "sour": 1, "odd": 125, "crashed": 139}.items()),
        f"{run}=stiff box /www/index.html; {run}=lost box nope",
        f"{run}=first --publish={port}:80 box; {run}=taken --publish={port}:80 box",
        f"{run}=killed box; docker kill killed",
        f"{run}=told box sh -c 'trap \"exit 143\" TERM; while :; do sleep 0.01; done'; docker stop told",
        f"{run}=held box; docker pause held",
        f"{run}=wrong mine; {run}=old mine",
        "docker run --rm --name=brief box true",
        "docker create --name=nmae box && docker start nmae",
    )  # fmt: skip
    docker("import", "--change", CMD, "-", "mine", data=tiny_root)
    wait_for(lambda: "restarting" in docker("inspect", "--format={{.RestartCount}}{{.State.Status}}", "loop"))
    prove(session, cases, learner)


def test_container__that_should_have_ended(
    box: str, session_of: Callable[..., Session], learner: Learner
) -> None:
    assert box
    cases = {
        "busy": Told(is_("exited", "busy", code=137), "still-running", "docker stop busy", mends=True),
        "held": Told(is_("exited", "held", code=137), "container-paused", "docker unpause held", mends=True),
        "sour": Told(
            is_("exited", "sour"), "exited-with-error", "exit code 3: its main process returned this code"
        ),
        "signal": Told(is_("exited", "signal"), "exited-with-error", "exit code 130: signal 2 ended it"),
        "mute": Told(is_("exited", "mute", logs="aboard"), "not-in-logs", "printed nothing so far"),
        "chat": Told(is_("exited", "chat", logs="aboard"), "not-in-logs", "printed other text"),
        "none": Told(is_("exited", "none"), "no-container", "docker ps --all"),
        "gone": Told({"container": "gone", "is": "ran"}, "exited-with-error", "exit code 7"),
    }
    session = session_of({step: case.check for step, case in cases.items()})
    run = "docker run --stop-signal=KILL --name"
    learner.types(
        f"{run}=busy --detach box",
        f"{run}=held --detach box; docker pause held",
        f"{run}=sour box sh -c 'exit 3'; {run}=signal box sh -c 'exit 130'",
        f"{run}=mute box true; {run}=chat box echo hear, hear",
        f"{run}=gone --rm box sh -c 'exit 7'",
    )
    prove(session, cases, learner)


def test_container__that_should_be_gone(
    box: str, session_of: Callable[..., Session], learner: Learner
) -> None:
    assert box
    run = "docker run --stop-signal=KILL --name"
    learner.types(
        f"{run}=busy --detach box",
        f"{run}=held --detach box; docker pause held",
        *(f"docker create --name={name} box" for name in ("calm", "old", "other")),
    )
    cases = {
        "busy": Told(is_("removed", "busy"), "stop-it-first", "docker stop busy", mends=True),
        "held": Told(is_("removed", "held"), "stop-it-first", "docker unpause held", mends=True),
        "old": Told(is_("removed", "old"), "container-renamed", "a new name, `new`", mends=True),
        "calm": Told(is_("removed", "calm"), "removed-another-container", "You removed `other`", mends=True),
        "never": Told(is_("removed", "never"), "container-never-here", "nothing to remove"),
    }
    session = session_of({step: case.check for step, case in cases.items()})
    before = told(session)["calm"].verdict
    assert (before.reason, before.next) == ("container-still-here", ("docker rm calm",))
    learner.types("docker rename old new", "docker rm other")
    prove(session, cases, learner)


# What a container has besides


def test_container__with_everything(
    docker: Docker, box: str, session_of: Callable[..., Session], learner: Learner, tmp_path: Path
) -> None:
    assert box
    (tmp_path / "site").mkdir()
    (port,) = reserve_ports(1)
    mounts = {"/data": "notes", "/site": "./site"}
    answers = {"answers": port, "answers-with": "hi", "ports": {80: port}, "health": "healthy"}
    session = session_of({"web": running("web", mounts=mounts, networks=["front"], logs="aboard", **answers)})
    learner.types(
        f"docker network create front; docker run --detach --name=web --volume=notes:/data"
        f" --volume={tmp_path}/site:/site --network=front --publish={port}:80 --health-cmd=true"
        f" --health-interval=50ms box sh -c 'echo all aboard; exec httpd -f -h /www'"
    )
    wait_for(lambda: docker("inspect", "--format={{.State.Health.Status}}", "web") == "healthy")
    page_of(f"http://127.0.0.1:{port}/")  # its server is up
    verdict = told(session)["web"].verdict
    assert verdict.outcome is Outcome.PASSED, verdict.message
    for word in ("`notes` at `/data`", "the network `front`", f"its port 80 at {port}"):
        assert word in verdict.message


def test_container__its_mounts_and_networks(
    box: str, session_of: Callable[..., Session], learner: Learner, tmp_path: Path
) -> None:
    assert box
    notes = {"/data": "notes"}
    cases = {
        "bare": Told(running("bare", mounts=notes), "mount-missing", "Nothing is mounted at", mends=True),
        "other": Told(is_("exists", "other", mounts=notes), "other-mount", "has the volume `nodes`"),
        "lost": Told(is_("exists", "lost", mounts=notes), "other-mount", "has a volume without a name"),
        "folder": Told(is_("exists", "folder", mounts=notes), "folder-not-volume", f"`{tmp_path}/notes`"),
        "astray": Told(is_("exists", "astray", mounts=notes), "mounted-elsewhere", "has it at `/date`"),
        "alone": Told(running("alone", networks=["front"]), "default-bridge", "network connect", mends=True),
        "back": Told(running("back", networks=["front"]), "not-in-network", "is in `rear`", mends=True),
        "cut": Told(is_("exists", "cut", networks=["front"]), "not-in-network", "is in `none`"),
    }  # fmt: skip
    session = session_of({step: case.check for step, case in cases.items()})
    create, run = "docker create --name", "docker run --detach --name"
    learner.types(
        f"{run}=bare box",
        f"{create}=other --volume=nodes:/data box; {create}=lost --volume=/data box",
        f"{create}=folder --volume={tmp_path}/notes:/data box; {create}=astray --volume=notes:/date box",
        "docker network create front",
        f"docker network create rear; {run}=back --network=rear box",
        f"{run}=alone box; {create}=cut --network=none box",
    )
    prove(session, cases, learner)


def test_container__its_ports_health_and_answers(
    docker: Docker, box: str, session_of: Callable[..., Session], learner: Learner
) -> None:
    assert box
    hidden, other, late, mute, error, words = reserve_ports(6)
    ahoy = {"answers": words, "answers-with": "Ahoy"}
    cases = {
        "hidden": Told(running("hidden", answers=hidden), "port-not-published", "no port", mends=True),
        "other": Told(running("other", ports={80: other}), "other-port", f"its port 80 as {late}"),
        "shy": Told(is_("exists", "shy", ports={80: other}), "not-running", "only while it runs"),
        "mute": Told(running("mute", answers=mute), "no-answer-at-port", "or only on 127.0.0.1 inside"),
        "error": Told(running("error", answers=error), "other-answer", "HTTP status 404"),
        "words": Told(running("words", **ahoy), "other-answer", "`Ahoy`"),
        "young": Told(running("young", health="healthy"), "health-starting", "has not succeeded yet"),
        "sick": Told(running("sick", health="healthy"), "unhealthy", "docker logs sick"),
        "blind": Told(running("blind", health="healthy"), "no-health-check", "Docker cannot tell"),
    }  # fmt: skip
    session = session_of({step: case.check for step, case in cases.items()})
    run = "docker run --detach --name"
    learner.types(
        f"{run}=hidden box; docker create --name=shy box",
        f"{run}=other --publish={late}:80 box",
        f"{run}=mute --publish={mute}:80 box httpd -f -p 127.0.0.1:80",
        f"{run}=error --publish={error}:80 box httpd -f -h /bin",
        f"{run}=words --publish={words}:80 box",
        f"{run}=young --health-cmd=true --health-interval=1h box; {run}=blind box",
        f"{run}=sick --health-cmd=false --health-interval=50ms --health-retries=1 box",
    )
    wait_for(lambda: docker("inspect", "--format={{.State.Health.Status}}", "sick") == "unhealthy")
    for port in (error, words):
        wait_for(lambda port=port: http_probe.reply("127.0.0.1", port) not in (None, Reply(0)))
    prove(session, cases, learner)


# Volumes and networks


def volume(state: str, name: str) -> dict[str, Any]:
    return {"volume": name, "is": state}


def network(state: str, name: str, *members: str) -> dict[str, Any]:
    return {"network": name, "is": state} | ({"connects": list(members)} if members else {})


def test_volumes(box: str, session_of: Callable[..., Session], learner: Learner) -> None:
    assert box
    learner.types(*(f"docker volume create {name}" for name in ("old", "used", "idle")))
    cases = {
        "deep": Told(volume("present", "deep"), "volume-anonymous", "cannot find it again", mends=True),
        "notes": Told(volume("present", "notes"), "volume-typo", "You created the volume `nots`", mends=True),
        "again": Told(volume("created", "again"), "volume-gone-again", "has been removed again", mends=True),
        "old": Told(volume("created", "old"), "volume-already-here", "from the start", mends=True),
        "used": Told(volume("removed", "used"), "volume-in-use", "mounted by `holder`", mends=True),
        "idle": Told(volume("removed", "idle"), "volume-still-here", "unused", mends=True),
        "never": Told(volume("removed", "never"), "volume-never-here", "nothing to remove", mends=True),
        "left": Told(volume("absent", "left"), "volume-still-here", "docker volume rm left", mends=True),
    }
    session = session_of({step: case.check for step, case in cases.items()})
    learner.types(
        "docker volume create nots; docker volume create old; docker volume create left",
        "docker volume create again; docker volume rm again",
        "docker run --name=holder --volume=used:/data --volume=/more box true",
    )
    prove(session, cases, learner)


def test_networks(box: str, session_of: Callable[..., Session], learner: Learner) -> None:
    assert box
    learner.types(*(f"docker network create {name}" for name in ("old", "used", "idle")))
    cases = {
        "none": Told(network("present", "nowhere"), "no-network", "docker network create", mends=True),
        "front": Told(network("created", "front"), "network-typo", "created the network `fornt`", mends=True),
        "again": Told(network("created", "again"), "network-gone-again", "removed again", mends=True),
        "old": Told(network("created", "old"), "network-already-here", "from the start", mends=True),
        "used": Told(network("removed", "used"), "network-in-use", "connects `inside`", mends=True),
        "idle": Told(network("removed", "idle"), "network-still-here", "is still here", mends=True),
        "never": Told(network("removed", "never"), "network-never-here", "nothing to remove", mends=True),
        "alone": Told(network("present", "sea", "alone"), "default-bridge", "`bridge`", mends=True),
        "asleep": Told(network("present", "sea", "asleep"), "connected-but-stopped", "stopped", mends=True),
        "nobody": Told(network("present", "sea", "nobody"), "no-container-to-connect", "docker ps --all"),
    }
    session = session_of({step: case.check for step, case in cases.items()})
    learner.types("docker network create sea")
    learner.types(
        "docker network create fornt; docker network create again; docker network rm again",
        "docker run --detach --name=alone box",
        "docker run --detach --name=inside --network=used box",
        "docker run --detach --name=asleep --network=sea box; docker kill asleep",
    )
    prove(session, cases, learner)


# Images


def test_child_images(docker: Docker, box: str, session_of: Callable[..., Session], learner: Learner) -> None:
    assert docker("images", "--quiet", "box") == box[7:19]
    session = session_of({"remove": {"image": "box", "is": "removed"}})
    learner.types("printf 'FROM box\\nLABEL a=b\\n' | docker build --tag=child -")
    learner.types(f"docker rmi {box}")
    case = Told({}, "child-images", "`child` was built on it", mends=True)
    prove(session, {"remove": case}, learner)


def test_short_id__that_is_ambiguous(docker: Docker, box: str, session_of: Callable[..., Session]) -> None:
    digit = box.removeprefix("sha256:")[0]
    others = (docker("import", "-", data=b"\0" * 1024) for _ in range(400))
    assert any(other.removeprefix("sha256:").startswith(digit) for other in others)
    session = session_of({"id": {"answer": "id", "of": "box"}})
    (verdict,) = (step.verdict for step in session.answer("id", digit).steps)
    assert verdict.reason == "answer-id-ambiguous", verdict.message
    assert f"`{digit}`" in verdict.message


# What is away


def test_registry_unreachable__leaves_the_other_steps_alone(
    docker: Docker, box: str, session_of: Callable[..., Session]
) -> None:
    assert docker("images", "--quiet", "box") == box[7:19]
    (port,) = reserve_ports(1)
    away = f"localhost:{port}"
    session = session_of(
        {
            "have": {"image": "box", "is": "present"},
            "share": {"registry": f"{away}/me/box:1.0", "is": "present"},
            "run": {"container": "any", "from": "box", "is": "ran"},
        }
    )
    found = {step: each.verdict for step, each in told(session).items()}
    assert {step: verdict.outcome for step, verdict in found.items()} == {
        "have": Outcome.PASSED,
        "share": Outcome.CANNOT_TELL,
        "run": Outcome.NOT_YET,
    }
    assert found["share"].reason == "registry-unreachable"
    assert away in found["share"].message
    assert "dockyard up" in found["share"].next
    assert session.evaluate_goals() == ()


@pytest.mark.parametrize("how", ["DOCKER_HOST", "DOCKER_CONTEXT"])
def test_on_another_engine(
    docker: Docker,
    docker_at: Callable[[str], Docker],
    home: Home,
    tiny_root: bytes,
    session_of: Callable[..., Session],
    tmp_path: Path,
    how: str,
) -> None:
    assert docker("images", "--quiet") == ""
    elsewhere = engine_of(home).up().docker_host
    docker_at(elsewhere)("import", "-", "box", data=tiny_root)
    env = {"HOME": str(tmp_path), "DOCKER_HOST": elsewhere}
    if how == "DOCKER_CONTEXT":
        create = ["docker", "context", "create", "far", f"--docker=host={elsewhere}"]
        subprocess.run(create, env=LEARNER | {"HOME": str(tmp_path)}, check=True, capture_output=True)
        env = {"HOME": str(tmp_path), "DOCKER_CONTEXT": "far"}
    session = replace(session_of({"have": {"image": "box", "is": "present"}}), shell=lambda: resolve(env))
    with session:
        verdict = told(session)["have"].verdict
    assert (verdict.reason, verdict.next[-1]) == ("wrong-engine", "docker pull box")
    for word in (elsewhere, how, "`box` is there", session.endpoint.host):
        assert word in verdict.message
