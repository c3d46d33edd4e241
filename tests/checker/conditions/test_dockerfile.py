"""What a Dockerfile is built on, as the builder would read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.conditions.file.dockerfile import base_of, instructions

BASES = {
    "plain": ("FROM ubuntu\nRUN true\n", "ubuntu"),
    "no end of line": ("FROM ubuntu:22.04", "ubuntu:22.04"),
    "small letters, and room around": ("\n  from\tubuntu  \n", "ubuntu"),
    "a byte order mark, and lines as on Windows": ("\ufeffFROM ubuntu\r\nRUN true\r\n", "ubuntu"),
    "a comment": ("# FROM busybox\nFROM ubuntu\n  # FROM busybox\n", "ubuntu"),
    "only a comment": ("# FROM busybox\n", None),
    "empty": ("", None),
    "nothing after it": ("FROM\nFROM  \n", None),
    "in a word": ("RUN echo FROM busybox\n", None),
    "scratch": ("FROM scratch\n", "scratch"),
    "a digest": ("FROM ubuntu@sha256:" + "0" * 64, "ubuntu@sha256:" + "0" * 64),
    "a registry": ("FROM localhost:5000/ada/base:1.0\n", "localhost:5000/ada/base:1.0"),
    "a flag": ("FROM --platform=$BUILDPLATFORM ubuntu AS one\n", "ubuntu"),
    "several stages": ("FROM golang AS build\nFROM ubuntu\nCOPY --from=build /a /a\n", "ubuntu"),
    "a stage on a stage": ("FROM ubuntu AS Base\nFROM busybox\nFROM base AS last\n", "ubuntu"),
    "a stage on itself": ("FROM ubuntu AS ubuntu\nFROM ubuntu\n", "ubuntu"),
    "a line that goes on": ("FROM \\\n  ubuntu \\\n  AS one\n", "ubuntu"),
    "a line that goes on, with a comment": (
        "RUN echo \\\n# FROM busybox\n\n  FROM busybox\nFROM ubuntu",
        "ubuntu",
    ),
    "a line that goes on, with room after it": ("FROM \\  \nubuntu\n", "ubuntu"),
    "a line that goes on at the end": ("FROM ubuntu \\", "ubuntu"),
    "another escape sign": ("# escape=`\nFROM ubuntu\nRUN dir C:\\\nFROM busybox `\nAS one\n", "busybox"),
    "an escape sign too late": ("\n# escape=`\nRUN one \\\nFROM busybox\nFROM ubuntu", "ubuntu"),
    "other directives first": ("# syntax=docker/dockerfile:1\n# escape=`\nFROM `\nubuntu", "ubuntu"),
    "an argument": ("ARG TAG=22.04\nFROM ubuntu:$TAG\n", "ubuntu:22.04"),
    "an argument in braces": ('ARG BASE="ubuntu"\nFROM ${BASE}:latest\n', "ubuntu:latest"),
    "an argument made of another": ("ARG A=ubuntu\nARG B=$A:22.04\nFROM $B\n", "ubuntu:22.04"),
    "several in one line": ("ARG A=ubuntu B=22.04\nFROM $A:$B\n", "ubuntu:22.04"),
    "an argument with a default beside it": ("ARG TAG\nFROM ubuntu:${TAG:-22.04}\n", "ubuntu:22.04"),
    "an argument that is not needed": ("ARG TAG=1\nFROM ubuntu${TAG:+:22.04}\n", "ubuntu:22.04"),
    "an argument of a stage": ("ARG A=ubuntu\nFROM $A\nARG A=busybox\nFROM $A\n", "ubuntu"),
    "an argument that nobody gave": ("FROM ubuntu$NONE\n", "ubuntu"),
    "a heredoc": ("FROM ubuntu\nRUN <<EOF\nFROM busybox\nEOF\n", "ubuntu"),
    "a heredoc with quotes and tabs": (
        "FROM ubuntu\nRUN cat <<-'END' > /x\n\tFROM busybox\n\tEND\n",
        "ubuntu",
    ),
    "two heredocs": ("FROM ubuntu\nCOPY <<a <<b /x/\nFROM one\na\nFROM two\nb\nFROM busybox\n", "busybox"),
    "a heredoc without an end": ("FROM ubuntu\nRUN <<EOF\nFROM busybox\n", "ubuntu"),
    "no heredoc, but a shift": ("FROM ubuntu\nRUN echo $((1<<EOF))\nFROM busybox\n", "busybox"),
    "no heredoc after another instruction": ("FROM ubuntu\nCMD cat <<EOF\nFROM busybox\n", "busybox"),
}


@pytest.mark.parametrize(("text", "base"), BASES.values(), ids=BASES)
def test_base_of(text: str, base: str | None) -> None:
    assert base_of(text) == base


def test_instructions__in_order_with_what_follows() -> None:
    text = 'FROM ubuntu\nrun apt-get update \\\n && apt-get install figlet\nCMD ["sh"]'
    assert [word for word, _ in instructions(text)] == ["FROM", "RUN", "CMD"]
    assert list(instructions(text))[1][1].split() == [
        "apt-get",
        "update",
        "&&",
        "apt-get",
        "install",
        "figlet",
    ]


@given(st.text(st.sampled_from("FROM ubunt\n\\#`<E$A{}:-+=\"'\t\r"), max_size=60))
def test_any_text__is_read_to_its_end(text: str) -> None:
    found = base_of(text)
    assert found is None or isinstance(found, str)
    assert base_of(f"FROM busybox\n{text}") is not None
