"""Runs notebooks on demand, in the folder it was started in: a process apart, one import of nbclient, and
one kernel for all that run strictly, one for the others.

Asked in JSON, a line each, by test_notebooks_solved; what the cells printed comes back the same way.
"""

import json
import os
import sys
from functools import cache
from typing import Any

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a slow import of jsonschema's, of no use here

import nbformat  # noqa: E402 - after the line above
from jupyter_client.manager import start_new_kernel  # noqa: E402 - after the line above
from nbclient import NotebookClient  # noqa: E402 - after the line above
from nbclient.exceptions import CellExecutionError  # noqa: E402 - after the line above


@cache
def kernel(*, strict: bool) -> Any:
    options = ["--InteractiveShell.system_raise_on_error=True"] if strict else []
    env = os.environ | {"CHECKER_STRICT": "1" if strict else ""}
    manager, client = start_new_kernel(extra_arguments=options, env=env)
    client.stop_channels()
    return manager


for line in sys.stdin:
    asked = json.loads(line)
    notebook = nbformat.reads(asked["notebook"], as_version=4)
    nbformat.validate(notebook)
    error = ""
    try:
        NotebookClient(notebook, timeout=None, km=kernel(strict=asked["strict"])).execute()
    except CellExecutionError as failed:
        error = str(failed)
    print(json.dumps({"error": error, "cells": notebook.cells}), flush=True)
for strict in (True, False):
    kernel(strict=strict).shutdown_kernel(now=True)
