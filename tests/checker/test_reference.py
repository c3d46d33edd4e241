"""The reference grammar: the official cases, its laws, and the words a learner reads."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from checker.errors import CheckerError
from checker.reference import ImageReference, InvalidReference, RawReference, parse_raw

OFFICIAL: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "reference-cases.json").read_text("utf-8")
)
PARSE = OFFICIAL["parse"]["cases"]
LEGAL = [case for case in PARSE if "err" not in case]
REFUSED = [case for case in PARSE if "err" in case]
NAMES = OFFICIAL["normalized_names"]
REPOSITORIES = OFFICIAL["repository_info"]["cases"]

HEX = "0123456789abcdef" * 4
DIGEST = f"sha256:{HEX}"

# What the reason must speak of, for each kind of error that the official cases know.
REASONS = {
    "ErrNameEmpty": "name is missing",
    "ErrNameContainsUppercase": "must be lower case",
    "ErrNameTooLong": "longer than 255",
    "ErrDigestInvalidLength": "digest is too short",
    "ErrDigestUnsupported": "only supported algorithm",
    "ErrReferenceInvalidFormat": "",
}


def short(value: object) -> str:
    """A test id that can be read: the middle of long texts is left out."""
    text = str(value)
    return text if len(text) <= 50 else f"{text[:24]}…{text[-24:]}"


def refusal(text: str) -> InvalidReference:
    with pytest.raises(InvalidReference) as caught:
        ImageReference.parse(text)
    return caught.value


def error_of(parse: Callable[[str], object], text: str) -> InvalidReference | None:
    try:
        parse(text)
    except InvalidReference as error:
        return error
    return None


# The official cases


def test_no_official_case_is_left_out() -> None:
    assert set(OFFICIAL) == {"source", "commit", "parse", "normalized_names", "repository_info"}
    assert set(OFFICIAL["parse"]) == {"about", "cases"}
    assert set(OFFICIAL["repository_info"]) == {"about", "cases"}
    assert set(NAMES) == {"valid", "invalid"}
    assert {case["err"] for case in REFUSED} == set(REASONS)
    counts = [len(LEGAL), len(REFUSED), len(NAMES["valid"]), len(NAMES["invalid"])]
    assert [*counts, len(REPOSITORIES)] == [33, 15, 35, 27, 20]


@pytest.mark.parametrize("case", LEGAL, ids=[short(case["input"]) for case in LEGAL])
def test_official_legal(case: dict[str, str]) -> None:
    raw = parse_raw(case["input"])
    assert raw.domain == case.get("domain", "")
    assert (f"{raw.domain}/{raw.path}" if raw.domain else raw.path) == case["repository"]
    assert (raw.tag, raw.digest) == (case.get("tag"), case.get("digest"))


@pytest.mark.parametrize("case", REFUSED, ids=[short(case["input"]) or "empty" for case in REFUSED])
def test_official_refused(case: dict[str, str]) -> None:
    with pytest.raises(InvalidReference) as caught:
        parse_raw(case["input"])
    assert REASONS[case["err"]] in caught.value.why


@pytest.mark.parametrize("name", NAMES["valid"], ids=short)
def test_official_name(name: str) -> None:
    reference = ImageReference.parse(name)
    assert ImageReference.parse(str(reference)) == reference
    assert str(reference).startswith(f"{reference.domain}/")


@pytest.mark.parametrize("name", NAMES["invalid"], ids=short)
def test_official_name_refused(name: str) -> None:
    assert refusal(name).text == name


@pytest.mark.parametrize("case", REPOSITORIES, ids=[case["FullName"] for case in REPOSITORIES])
def test_official_repository(case: dict[str, str]) -> None:
    spellings = {case[key] for key in ("FamiliarName", "FullName", "AmbiguousName")} - {""}
    for spelling in spellings:
        reference = ImageReference.parse(spelling)
        assert reference == ImageReference(case["Domain"], case["RemoteName"])
        assert reference.familiar_name == case["FamiliarName"]
        assert reference.repository == case["FullName"]


# Reading and printing


@pytest.mark.parametrize(
    ("text", "full", "familiar", "defaulted"),
    [
        ("ubuntu", "docker.io/library/ubuntu", "ubuntu", "ubuntu:latest"),
        ("ubuntu:24.04", "docker.io/library/ubuntu:24.04", "ubuntu:24.04", "ubuntu:24.04"),
        ("index.docker.io/ubuntu", "docker.io/library/ubuntu", "ubuntu", "ubuntu:latest"),
        ("ada/web", "docker.io/ada/web", "ada/web", "ada/web:latest"),
        (f"w@{DIGEST}", f"docker.io/library/w@{DIGEST}", f"w@{DIGEST}", f"w@{DIGEST}"),
        (f"w:1@{DIGEST}", f"docker.io/library/w:1@{DIGEST}", f"w:1@{DIGEST}", f"w:1@{DIGEST}"),
        ("localhost/web", "localhost/web", "localhost/web", "localhost/web:latest"),
        ("h:5000/web", "h:5000/web", "h:5000/web", "h:5000/web:latest"),
        ("h.org/library/w", "h.org/library/w", "h.org/library/w", "h.org/library/w:latest"),
        ("localhost:5000", "docker.io/library/localhost:5000", *["localhost:5000"] * 2),
        (f"{HEX}:1", f"docker.io/library/{HEX}:1", f"{HEX}:1", f"{HEX}:1"),
        ("my_host.com/web", "my_host.com/web", "my_host.com/web", "my_host.com/web:latest"),
    ],
)
def test_forms(text: str, full: str, familiar: str, defaulted: str) -> None:
    reference = ImageReference.parse(text)
    assert str(reference) == full
    assert reference.familiar == familiar
    assert reference.with_default_tag().familiar == defaulted
    assert ImageReference.parse(full) == reference


def test_parts() -> None:
    reference = ImageReference.parse(f"ada/web:1.0@{DIGEST}")
    assert reference == ImageReference("docker.io", "ada/web", "1.0", DIGEST)
    assert reference.repository == "docker.io/ada/web"
    assert reference.familiar_name == "ada/web"
    assert parse_raw(f"ada/web:1.0@{DIGEST}") == RawReference("ada", "web", "1.0", DIGEST)


def test_host_name_that_cannot_be_one() -> None:
    assert ImageReference.parse("my_host.com/web") == ImageReference("", "my_host.com/web")


def test_ids_are_names_in_the_bare_grammar_only() -> None:
    assert parse_raw(HEX) == RawReference("", HEX, None, None)
    assert "reserved" in refusal(HEX).why
    assert ImageReference.parse(HEX[:-1]).path == f"library/{HEX[:-1]}"


@pytest.mark.parametrize("full", [f"docker.io/library/{HEX}", "docker.io/my.team/web"])
def test_short_forms_that_read_as_something_else(full: str) -> None:
    """Docker shortens these all the same, and what it shows must be known here too."""
    reference = ImageReference.parse(full)
    assert str(reference) == full
    assert reference.familiar == full.removeprefix("docker.io/").removeprefix("library/")


# Lengths: the last that is legal, and the first that is not


@pytest.mark.parametrize(
    ("before", "letters", "after"),
    [
        ("", 255 - len("library/"), ":1"),
        ("docker.io/", 255 - len("library/"), ""),
        ("ada/", 255 - len("ada/"), f":1@{DIGEST}"),
        ("docker.io/ada/", 255 - len("ada/"), ":1"),
        ("localhost:5000/", 255, ":1"),
        ("a.very-long.host/", 255, ""),
        ("web:", 128, ""),
        ("web:", 128, f"@{DIGEST}"),
    ],
)
def test_longest(before: str, letters: int, after: str) -> None:
    longest = before + "a" * letters + after
    assert ImageReference.parse(longest).familiar == longest.removeprefix("docker.io/")
    error = refusal(before + "a" * (letters + 1) + after)
    assert "longer than" in error.why
    assert error.position == len(before) + letters


def test_too_long_with_the_part_that_docker_adds() -> None:
    assert "with the 'library/' that docker adds" in refusal("a" * 248).why
    assert "library" not in refusal("localhost:5000/" + "a" * 256).why


def test_what_is_wrong_up_to_the_limit_comes_before_the_length() -> None:
    assert UPPER in refusal("localhost:5000/" + "a" * 254 + "A" * 100).why
    assert "cannot end with '-'" in refusal("localhost:5000/" + "a" * 254 + "-").why


def test_a_host_may_be_of_any_length() -> None:
    host = "a" * 300 + ".org"
    assert ImageReference.parse(f"{host}/web").domain == host


# What a learner reads

UPPER = "a repository name must be lower case"
MISSING = "the repository name is missing"
SPACE = "white space is not allowed anywhere"
FOREIGN = "only unaccented letters"
REGISTRY = "makes this a registry"


@pytest.mark.parametrize(
    ("text", "position", "why"),
    [
        ("", 0, MISSING),
        (":tag", 0, MISSING),
        (f"@{DIGEST}", 0, MISSING),
        ("docker.io/", 10, MISSING),
        ("localhost:5000/:1", 15, MISSING),
        ("UPPER", 0, UPPER),
        ("ada/Web", 4, UPPER),
        ("my-App", 3, UPPER),
        ("My_App/web", 0, UPPER),
        (" ubuntu", 0, SPACE),
        ("ubuntu ", 6, SPACE),
        ("ubuntu\n", 6, SPACE),
        ("ubuntu:24.04\n", 12, SPACE),
        ("ubuntu:lat est", 10, SPACE),
        ("localhost: 5000/web", 10, SPACE),
        (f"ubuntu@{DIGEST}\n", 78, SPACE),
        ("übuntu", 0, FOREIGN),
        ("ubuntu²", 6, FOREIGN),
        ("ubuntu:٣", 7, FOREIGN),
        ("h:٣/web", 2, FOREIGN),
        ("-bad", 0, "cannot begin with '-'"),
        ("/bad", 0, "cannot begin with '/'"),
        ("bad-", 3, "cannot end with '-'"),
        ("bad/", 3, "cannot end with '/'"),
        ("bad_:1", 3, "cannot end with '_'"),
        ("a//b", 2, "'/' cannot follow '/'"),
        ("a..b", 2, "'.' cannot follow '.'"),
        ("a___b", 3, "'_' cannot follow '_'"),
        ("a-/b", 2, "'/' cannot follow '-'"),
        ("a/-b", 2, "'-' cannot follow '/'"),
        ("a$b", 1, "'$' is not allowed in a repository name"),
        ("ada/web:1/x", 7, "':' is not allowed in a repository name"),
        ("localhost:5000/ada:1/x", 18, "':' is not allowed in a repository name"),
        ("[::1]", 0, "'[' is not allowed in a repository name"),
        (HEX, 0, "64 hexadecimal digits is reserved for image IDs"),
        ("ubuntu:", 7, "the tag after ':' is missing"),
        (f"ubuntu:@{DIGEST}", 7, "the tag after ':' is missing"),
        ("ubuntu:-1", 7, "'-' is not allowed at the start of a tag"),
        ("ubuntu:24:04", 9, "':' is not allowed in a tag"),
        ("ubuntu@", 7, "the digest is missing"),
        ("ubuntu@latest", 7, "sha256 is the only supported algorithm"),
        (f"ubuntu@md5:{HEX[:32]}", 7, "sha256 is the only supported algorithm"),
        (f"ubuntu@{DIGEST[:-1]}", 77, "the digest is too short"),
        (f"ubuntu@{DIGEST}0", 78, "the digest is too long"),
        (f"ubuntu@{DIGEST.replace('f', 'F')}", 29, "'F' is not allowed in a digest"),
        (f"ubuntu@{DIGEST}:1", 78, "the digest is too long"),
        ("https://hub.docker.com/_/ubuntu", 5, "not a web address; leave out all up to '//'"),
        ("localhost:500O/web", 13, REGISTRY),
        ("my_host:5000//web", 2, REGISTRY),
        ("localhost:/web", 10, REGISTRY),
        ("my_host:5000/web", 2, REGISTRY),
        ("fc00::1:5000/web", 5, REGISTRY),
        ("[fc00::1%eth0]:5000/web", 8, REGISTRY),
        ("ubuntu:24.04/web", 9, REGISTRY),
    ],
    ids=short,
)
def test_typical_mistakes(text: str, position: int, why: str) -> None:
    error = refusal(text)
    assert why in error.why
    assert error.position == position


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Web",
            "'Web' is not an image reference; look at position 0 ('W'): a repository name must be"
            " lower case; it is made of a-z and 0-9, joined by one '.', '_', '__', '/' or any"
            " number of '-'.",
        ),
        (
            "ubuntu:",
            "'ubuntu:' is not an image reference; look at position 7 (the end): the tag after ':'"
            " is missing (an empty variable?); it is 1 to 128 letters, digits, '_', '.' and '-',"
            " but begins with no '.' or '-'.",
        ),
        (
            "ubuntu:lat est",
            "'ubuntu:lat est' is not an image reference; look at position 10 (' '): white space is"
            " not allowed anywhere in a reference; leave it out.",
        ),
    ],
)
def test_whole_message(text: str, message: str) -> None:
    error = refusal(text)
    assert str(error) == message
    assert isinstance(error, CheckerError)


# Laws

paths = st.from_regex(r"[a-z0-9]{1,8}((\.|_|__|-{1,3}|/)[a-z0-9]{1,8}){0,5}", fullmatch=True)
domains = st.just("docker.io") | st.from_regex(
    r"localhost(:[0-9]{1,5})?|[A-Za-z0-9]{1,5}(-[a-z0-9]{1,3})?(\.[a-z]{1,4}){1,3}(:[0-9]{1,5})?"
    r"|\[[0-9a-f:]{2,9}:[0-9a-f]\](:[0-9]{1,5})?|[A-Z]{1,5}",
    fullmatch=True,
)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format)
written = st.tuples(
    st.just("") | domains.map("{}/".format),
    paths,
    st.just("") | tags.map(":{}".format),
    st.just("") | digests.map("@{}".format),
).map("".join)

pieces = ["a", "b7", "Z", "0", ".", "-", "_", "/", ":", "@", "[", "]", " ", "\n", "é", "²", "%"]
words = ["localhost", "docker.io", "h:5000/", "[::1]", "a" * 120, f"@{DIGEST}", HEX, "latest"]
near_misses = st.lists(st.sampled_from(pieces + words), max_size=8).map("".join)
hostile = (
    st.text()
    | st.text("aA.-_/:@[] \t\n\x00\x1b\x7fé²\u202e\ud800")
    | st.builds(lambda text, times: text * times, st.text(min_size=1), st.integers(1, 10_000))
    | st.tuples(written, st.text(), written).map("".join)
    | near_misses
)


@given(written)
def test_parse_and_print_are_inverse(text: str) -> None:
    reference = ImageReference.parse(text)
    assert ImageReference.parse(str(reference)) == reference
    assert ImageReference(*parse_raw(str(reference))) == reference
    assert str(reference).endswith(text.removeprefix("docker.io/"))


@given(written)
def test_familiar_form_names_the_same(text: str) -> None:
    reference = ImageReference.parse(text)
    first, slash, _ = reference.familiar_name.partition("/")
    reads_as_host = slash and (first == "localhost" or "." in first)
    assume(not (reference.domain == "docker.io" and reads_as_host))  # a test of their own above
    assert ImageReference.parse(reference.familiar) == reference
    assert str(reference).endswith(reference.familiar)


@given(written)
@example("index.docker.io/ubuntu")
@example("docker.io/library/library/ubuntu")
def test_normalising_is_idempotent(text: str) -> None:
    full = str(ImageReference.parse(text).with_default_tag())
    assert str(ImageReference.parse(full).with_default_tag()) == full
    familiar = ImageReference.parse(text).familiar
    assert ImageReference.parse(full).familiar.startswith(familiar)


@given(written)
def test_default_tag_only_where_nothing_is_said(text: str) -> None:
    reference = ImageReference.parse(text)
    said = reference.tag or reference.digest
    expected = str(reference) if said else f"{reference}:latest"
    assert reference.with_default_tag() == ImageReference.parse(expected)


@given(near_misses)
def test_the_grammar_as_one_expression(text: str) -> None:
    """A second opinion: what is legal, written down in the way of the official grammar."""
    label = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
    host = rf"({label}(\.{label})*|\[[A-Fa-f0-9:]+\])(:[0-9]+)?"
    part = r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*"
    grammar = (
        rf"((?P<domain>{host})/)?(?P<path>{part}(/{part})*)"
        r"(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?P<digest>sha256:[a-f0-9]{64}))?"
    )
    match = re.fullmatch(grammar, text)
    if match and len(match["path"]) <= 255:
        assert parse_raw(text) == (match["domain"] or "", *match.group("path", "tag", "digest"))
    else:
        with pytest.raises(InvalidReference):
            parse_raw(text)


@given(hostile)
@example("\x1b[31mubuntu\x1b[0m")
@example("ubuntu:\x1b]0;title\x07")
@example("a" * 1_000_000)
@example("a." * 100_000)
@example("a." * 100_000 + "/a")
@example("-" * 1_000_000)
@example("a" * 1_000_000 + "://a")
@example("ubuntu:" + "a" * 1_000_000)
@example(f"ubuntu@sha256:{'a' * 1_000_000}")
def test_hostile_text(text: str) -> None:
    """Whatever comes in: a reference without surprises, or an error that is safe to show."""
    for parse in (ImageReference.parse, parse_raw):
        error = error_of(parse, text)
        if error is None:
            assert re.fullmatch(r"[A-Za-z0-9._/:@\[\]-]+", text)
            continue
        assert error.text == text
        assert 0 <= error.position <= len(text)
        assert f"position {error.position} (" in str(error)
        assert error.why in str(error)
        assert str(error).isprintable()
        assert len(str(error)) < 1_500


@given(written, st.sampled_from(" \t\n\r\x00\x1b\u00a0\u202eé²٣"), st.data())
def test_a_foreign_character_is_found_where_it_is(text: str, char: str, data: st.DataObject) -> None:
    legal = str(ImageReference.parse(text))
    domain = parse_raw(legal).domain
    position = data.draw(st.integers(len(domain) + 1, len(legal)))
    word = legal.find("@sha256:") + 1
    assume(not word < position < word + len("sha256:"))  # there, the algorithm is the fault
    error = refusal(legal[:position] + char + legal[position:])
    assert error.position == position
    assert SPACE in error.why or FOREIGN in error.why
