"""Writes the results of a proof as JUnit XML, which every CI system can show."""

from itertools import groupby
from pathlib import Path

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from dockyard.author.prove.proof import Proof
from dockyard.author.prove.report import NOT_TRIED, rows


def write_junit(proof: Proof, file: Path) -> None:
    """Write a suite for each lesson, with a test for each thing that had to be tried."""
    report = JUnitXml("dockyard author prove")
    for lesson, of_lesson in groupby(rows(proof), key=lambda row: row[0]):
        suite = TestSuite(lesson)
        for _, step, name, found in of_lesson:
            case = TestCase(name, f"{lesson}.{step or 'lesson'}", found.seconds if found else 0)
            if found is None:
                case.result = [Skipped(NOT_TRIED)]
            elif not found.ok:
                failure = Failure(found.problems[0])
                failure.text = "\n".join(found.problems)
                case.result = [failure]
            suite.add_testcase(case)
        report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]  # the library does not annotate it
    report.write(str(file), pretty=True)
