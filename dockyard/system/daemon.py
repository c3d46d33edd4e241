"""Starts a background process."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def launch(command: Sequence[str], env: Mapping[str, str], log: Path, keep: Sequence[int] = ()) -> None:
    """Start a command that goes on when this process and its terminal have ended.

    It is not this process's child, so it need not be waited for. It inherits the file descriptors in
    `keep`; its output is appended to `log`.
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
