"""Checks spelling and Markdown style with two tools made for that: typos and rumdl.

Both take a hundredth of a second, and run at the same time as the rules of this package. If one is
not installed, a note says so, and all the rest is checked. typos knows English only.
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
from checker.course.lines import split_lines
from checker.course.yaml_source import Problem

HERE = Path(__file__).parent
PATIENCE = 60  # seconds; they take a hundredth of one, unless the machine is very busy


@dataclass
class ProseLint:
    """The two tools, running on some lessons; the spelling of those in English is checked.

    `notes` says which tools are missing or failed.
    """

    lessons: tuple[Path, ...]
    english: tuple[Path, ...]
    notes: list[str] = field(default_factory=list)
    _running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def begin(self) -> None:
        """Start the tools."""
        texts = [str(file) for file in self.lessons if file.is_file()]
        english = [part for file in self.english for part in (file, file.with_suffix(".yaml"))]
        words = [str(part) for part in english if part.is_file()]
        if words:
            self._start("typos", "--format", "json", "--config", str(HERE / "typos.toml"), *words)
        if texts:
            style = str(HERE / "rumdl.toml")
            self._start("rumdl", "check", "--no-cache", "--config", style, "--output-format", "json", *texts)

    def problems(self, drafts: Mapping[Path, Draft]) -> Iterator[Problem]:
        """What the tools found, once they have ended."""
        for name, running in self._running.items():
            try:
                output, errors = running.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()
                running.communicate()
                self.notes.append(f"`{name}` did not end in {PATIENCE} seconds, so its results are left out.")
                continue
            if running.returncode not in (0, 1, 2) or errors.strip():
                self.notes.append(f"`{name}` failed: {errors.strip() or running.returncode}")
                continue
            yield from (_spelling(output, drafts) if name == "typos" else _style(output, tuple(drafts)))

    def _start(self, name: str, *arguments: str) -> None:
        beside = Path(sys.executable).parent / name
        program = str(beside) if beside.is_file() else shutil.which(name)
        if program is None:
            self.notes.append(f"`{name}` is not installed, so what it checks is left out: pip install {name}")
            return
        pipe = subprocess.PIPE
        self._running[name] = subprocess.Popen([program, *arguments], stdout=pipe, stderr=pipe, text=True)


def _spelling(output: str, drafts: Mapping[Path, Draft]) -> Iterator[Problem]:
    """Misspelt words; of the YAML, only those that learners read: mistakes are wrong on purpose."""
    for line in split_lines(output):
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
    """Whether a learner reads this line of the YAML: the title or a hint."""
    lines = draft.source.lines
    path = max(
        (path for path in lines if lines[path] <= line), key=lambda path: (lines[path], len(path)), default=()
    )
    return path == ("title",) or "hints" in path


def _style(output: str, lessons: tuple[Path, ...]) -> Iterator[Problem]:
    for found in json.loads(output or "[]"):
        file = next(each for each in lessons if each.as_posix().endswith(found["file"]))
        yield Problem(file, int(found["line"]), f"{found['message']} ({found['rule']})")
