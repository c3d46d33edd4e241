"""What was measured, as a table for people or as JSON for programs."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

_HEAD = ("what", "median", "p95", "floor or peer", "", "ratio", "bound", "")
_RIGHT = (1, 2, 3, 5)  # columns of numbers


def p95(values: Sequence[float]) -> float:
    """The value that one in twenty exceeds."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


@dataclass(frozen=True)
class Row:
    """One thing measured, beside its floor (the least it could be) or its peer (how others do).

    `bound` says in words what `limit` is a number for; `on` which statistic must keep within it.
    A negative time is something done before it was waited for; for the p95 it counts as 0.
    """

    what: str
    values: Sequence[float]
    peer_name: str
    peer: Sequence[float]
    bound: str
    limit: float
    unit: str = "ms"
    on: Literal["median", "p95"] = "median"

    @property
    def median(self) -> float:
        """The median of what was measured."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return max(0.0, p95(self.values))

    @property
    def ok(self) -> bool:
        """Whether the bound is kept."""
        return (self.median if self.on == "median" else self.p95) <= self.limit

    @property
    def ratio(self) -> float | None:
        """How many times the floor or peer it is; None where that means nothing."""
        peer = statistics.median(self.peer)
        return self.median / peer if peer > 0 and self.median > 0 else None

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        peer = {"name": self.peer_name, "median": statistics.median(self.peer), "p95": p95(self.peer)}
        found = {"what": self.what, "unit": self.unit, "runs": len(self.values), "median": self.median}
        found |= {"p95": self.p95, "peer": peer, "ratio": self.ratio, "bound": self.bound}
        return found | {"limit": self.limit, "on": self.on, "ok": self.ok}

    def cells(self) -> tuple[str, ...]:
        """Its line of the table."""
        varies = self.unit == "ms"
        return (
            self.what,
            self._written(self.median),
            self._written(self.p95) if varies else "",
            self._written(statistics.median(self.peer)),
            self.peer_name,
            f"{self.ratio:.2f}" if self.ratio else "",
            f"{self.on} {self.bound}" if varies else self.bound,
            "ok" if self.ok else "OVER",
        )

    def _written(self, value: float) -> str:
        digits = 1 if self.unit and abs(value) < 100 else 0
        return f"{value:.{digits}f} {self.unit}".rstrip()


def render(rows: Sequence[Row]) -> str:
    """The rows in columns."""
    lines = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if column in _RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
