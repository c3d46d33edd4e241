"""Runs notebooks on demand, each in a kernel of its own: a process apart, and one import of nbclient.

Asked in JSON, a line each, by test_notebooks_solved; what the cells printed comes back the same way.
"""

import json
import os
import sys

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a slow import of jsonschema's, of no use here

import nbformat  # noqa: E402 - after the line above
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError  # noqa: E402

for line in sys.stdin:
    asked = json.loads(line)
    notebook = nbformat.reads(asked["notebook"], as_version=4)
    nbformat.validate(notebook)
    strictly = ["--InteractiveShell.system_raise_on_error=True"] if asked["strict"] else []
    client = NotebookClient(
        notebook, timeout=120, extra_arguments=strictly, resources={"metadata": {"path": asked["folder"]}}
    )
    error = ""
    try:
        client.execute(env=os.environ | {"CHECKER_STRICT": "1" if asked["strict"] else ""})
    except CellExecutionError as failed:
        error = str(failed)
    print(json.dumps({"error": error, "cells": notebook.cells}), flush=True)
