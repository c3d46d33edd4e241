"""`python -m bench [--only NAME] [--json]`: measure, and say what is over its bound.

Bounds are told, not enforced: it ends with 0 unless something could not be measured (3).
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

from bench.measures import MEASURES
from bench.rig import CannotMeasure, rig
from bench.table import Row, render
from checker.errors import CheckerError


def main() -> int:
    """Measure and print."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the rig is cleaned up
    began, load = time.monotonic(), os.getloadavg()
    try:
        rows = measured(options.only or list(MEASURES))
    except (CannotMeasure, CheckerError, OSError, subprocess.SubprocessError) as error:
        print(f"bench: could not measure: {error}", file=sys.stderr)
        return 3
    loads = [round(load[0], 2), round(os.getloadavg()[0], 2)]
    seconds = time.monotonic() - began
    if options.json:
        about = {"cores": os.cpu_count(), "load": loads, "seconds": round(seconds, 1)}
        print(json.dumps(about | {"rows": [row.as_json() for row in rows]}, indent=2, ensure_ascii=False))
    else:
        print(render(rows))
        print(f"\n{seconds:.0f} s on {os.cpu_count()} cores; load {loads[0]} before, {loads[1]} after.")
    return 0


def measured(names: list[str]) -> list[Row]:
    """The rows of these measures, from one rig."""
    rows: list[Row] = []
    with rig() as place:
        for name in names:
            print(f"Measuring {name} …", file=sys.stderr)
            rows += MEASURES[name](place)
    return rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Dockyard beside a peer.")
    parser.add_argument("--only", action="append", choices=MEASURES, help="only this; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
