"""Starting a process that is on its own from then on."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def launch(command: Sequence[str], env: Mapping[str, str], log: Path, keep: Sequence[int] = ()) -> None:
    """Start a command that outlives this process and its terminal, and that nobody must wait for.

    `keep` lists the file descriptors that it inherits; what it prints is added to `log`.
    """
    with log.open("ab") as output:
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            check=True,
            cwd="/",
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=keep,
        )
