"""Spelling and Markdown style, by two tools that are made for it: typos and rumdl.

Both are single programs that take a hundredth of a second; they run while the rules of this package
do. Where they are not installed, that is said, and nothing else is missing.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.course.lesson_reader import Draft
from checker.course.yaml_source import Problem

HERE = Path(__file__).parent
PATIENCE = 10  # seconds


@dataclass
class ProseLint:
    """The tools at work on some lessons; `notes` says which are not there."""

    lessons: tuple[Path, ...]
    notes: list[str] = field(default_factory=list)
    _running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def begin(self) -> None:
        """Let the tools begin."""
        texts = [str(file) for file in self.lessons if file.is_file()]
        data = [str(Path(file).with_suffix(".yaml")) for file in texts]
        if not texts:
            return
        here = [file for file in data if Path(file).is_file()]
        self._start("typos", "--format", "json", "--config", str(HERE / "typos.toml"), *texts, *here)
        style = str(HERE / "rumdl.toml")
        self._start("rumdl", "check", "--no-cache", "--config", style, "--output-format", "json", *texts)

    def problems(self, drafts: Mapping[Path, Draft]) -> Iterator[Problem]:
        """What they found, once they are done."""
        for name, running in self._running.items():
            try:
                told, failed = running.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()
                running.communicate()
                self.notes.append(f"`{name}` did not end in {PATIENCE} seconds; its findings are left out.")
                continue
            if running.returncode not in (0, 1, 2) or failed.strip():
                self.notes.append(f"`{name}` failed: {failed.strip() or running.returncode}")
                continue
            yield from (_spelling(told, drafts) if name == "typos" else _style(told, tuple(drafts)))

    def _start(self, name: str, *arguments: str) -> None:
        beside = Path(sys.executable).parent / name
        program = str(beside) if beside.is_file() else shutil.which(name)
        if program is None:
            self.notes.append(f"`{name}` is not installed, so its lint is left out: pip install {name}")
            return
        pipe = subprocess.PIPE
        self._running[name] = subprocess.Popen([program, *arguments], stdout=pipe, stderr=pipe, text=True)


def _spelling(told: str, drafts: Mapping[Path, Draft]) -> Iterator[Problem]:
    """Of the YAML, only what a learner reads: commands of mistakes are wrong on purpose."""
    for line in told.splitlines():
        found: dict[str, Any] = json.loads(line)
        if found.get("type") != "typo" or "line_num" not in found:
            continue
        file, at = Path(found["path"]), int(found["line_num"])
        draft = drafts[file.with_suffix(".md")]
        if file.suffix == ".yaml" and not _is_read(draft, at):
            continue
        meant = " or ".join(f"`{word}`" for word in found["corrections"])
        yield Problem(file, at, f"`{found['typo']}` is misspelt; {meant or 'another word'}?")


def _is_read(draft: Draft, line: int) -> bool:
    """Whether a line of the YAML is the title's or a hint's."""
    lines = draft.source.lines
    path = max(
        (path for path in lines if lines[path] <= line), key=lambda path: (lines[path], len(path)), default=()
    )
    return path == ("title",) or "hints" in path


def _style(told: str, lessons: tuple[Path, ...]) -> Iterator[Problem]:
    for found in json.loads(told or "[]"):
        file = next(each for each in lessons if each.as_posix().endswith(found["file"]))
        yield Problem(file, int(found["line"]), f"{found['message']} ({found['rule']})")
