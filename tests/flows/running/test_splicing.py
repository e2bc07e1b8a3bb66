"""One value of a YAML text changes, and not another byte."""

import datetime
import io

import pytest
import ruamel.yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.running import literals, splicing

TEXT = """\
# The root of it all.
seed:   7   # any
title: 'quoted'
flow: {a: 1, b: [1, 2], c: {d: x, e: , f}}
next_line:
  {a: 1, b: "two"}
block:
  inner: 1  # of the inner
  list:
    - 1
    - {x: 1}
    - y: 1
      z: 2
  flat:
  - 1
  - 2

# Between.
folded: >-
  some
  text

# After it.
empty:
last: 1.50"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        ("seed", 8, "seed:   7   # any", "seed:   8   # any"),
        ("title", "a: b", "'quoted'", "'a: b'"),
        ("title", "no", "'quoted'", "no"),
        ("title", "1e-4", "'quoted'", "'1e-4'"),
        ("title", "", "'quoted'", "''"),
        ("title", True, "'quoted'", "true"),
        ("title", None, "'quoted'", "null"),
        ("flow.b[1]", 5, "[1, 2]", "[1, 5]"),
        ("flow.b.0", "x, y", "[1, 2]", "['x, y', 2]"),
        ("flow.b", [{"p": 1}], "[1, 2]", "[{p: 1}]"),
        ("flow.c.e", 3, "e: ,", "e: 3 ,"),
        ("next_line.b", "three", '"two"', "three"),
        ("next_line", {}, '{a: 1, b: "two"}', "{}"),
        ("block.inner", {"q": 0.001}, "inner: 1  #", "inner: {q: 0.001}  #"),
        ("block.list[2].z", 3, "z: 2", "z: 3"),
        ("block.list[2]", 3, "- y: 1\n      z: 2\n", "- 3\n"),
        ("block.list", [], "- 1\n    - {x: 1}\n    - y: 1\n      z: 2\n", "[]\n"),
        ("block.flat", [3], "  - 1\n  - 2\n", "   [3]\n"),
        ("folded", "other", ">-\n  some\n  text\n", "other\n"),
        ("empty", 1, "empty:\n", "empty: 1\n"),
        ("last", 2, "last: 1.50", "last: 2"),
    ],
)
def test_only_the_value_is_another(path: str, value: object, old: str, new: str) -> None:
    """Spaces, comments, quotes of others and the end of the file stay."""
    assert TEXT.count(old) == 1
    assert splicing.replace(TEXT, path, value) == TEXT.replace(old, new)


@pytest.mark.parametrize(
    ("path", "value"), [("title", "quoted"), ("flow.b", [1, 2]), ("block.flat", [1, 2])]
)
def test_a_value_that_stands_there_stays_as_it_is_written(path: str, value: object) -> None:
    """No quotes are taken off and no list is folded for nothing."""
    assert splicing.replace(TEXT, path, value) == TEXT


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_signs_beyond_ascii_stay(start: str, end: str) -> None:
    """Places are counted in characters, whatever the file begins and its lines end with."""
    text = f"{start}ü😀: é{end}b:{end}  c: 1{end}d: 2{end}"
    assert splicing.replace(text, "b", "😀") == text.replace("c: 1", "'😀'")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("sed", "sed: unknown key; did you mean 'seed'?"),
        ("flow.zzz", "flow.zzz: unknown key; there are 'a', 'b', 'c'"),
        ("flow.b[2]", "flow.b.2: unknown key; there are '0', '1'"),
        ("flow.b.first", "flow.b.first: unknown key; there are '0', '1'"),
        ("seed.a", "seed: expected entries, but it holds none"),
        ("flow.c.f.g", "flow.c.f: expected entries, but it holds none"),
    ],
)
def test_an_unknown_path_is_told_with_what_there_is(path: str, message: str) -> None:
    """A misspelt key is not added; the message names the place and the nearest name."""
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        splicing.replace(TEXT, path, 1)


def test_an_empty_mapping_or_file_holds_no_key() -> None:
    """Where there is nothing to choose from, the message says so."""
    with pytest.raises(ValueError, match=r"a\.b: unknown key; there is nothing in it"):
        splicing.replace("a: {}", "a.b", 1)
    with pytest.raises(ValueError, match="the whole: expected entries, but it holds none"):
        splicing.replace("# nothing\n", "a", 1)


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "[0]", "a[x]", "a[0", "a]"])
def test_a_path_has_a_form(path: str) -> None:
    """Names with a dot between them, and indices in brackets."""
    with pytest.raises(ValueError, match="expected names with a dot between them"):
        splicing.replace(TEXT, path, 1)


def test_a_key_with_a_dot_in_its_name_is_refused() -> None:
    """DVC would read it as two keys, so a stage would not see the change."""
    with pytest.raises(ValueError, match=r"^the key 'a\.b' has a dot in its name"):
        splicing.replace("a.b: 1\na: {b: 2}", "a.b", 3)
    with pytest.raises(ValueError, match=r"^top: the key 'a\.b' has a dot in its name"):
        splicing.replace("top: {a.b: {c: 1}}", "top.a.b.c", 3)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: &x {v: 1}\nb: *x\n", "b.v"),
        ("a: &x {v: 1}\nb: *x\n", "b"),
        ("a: &x {v: 1}\nb: *x\n", "a.v"),
        ("a: &x {v: 1}\nb: *x\n", "a"),
        ("a: {v}\n", "a.v"),
    ],
)
def test_what_other_places_share_is_refused(text: str, path: str) -> None:
    """A value behind an anchor would change elsewhere too, or leave an alias without its anchor."""
    with pytest.raises(ValueError, match=f"^{path}: cannot be changed alone"):
        splicing.replace(text, path, 5)


@pytest.mark.parametrize("text", ["a: [1", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "a: *x\n"])
def test_what_is_not_yaml_is_told_with_its_line(text: str) -> None:
    """Repeated keys, several documents and missing anchors count as well."""
    with pytest.raises(ValueError, match=r"^line \d, column \d+: invalid YAML: "):
        splicing.replace(text, "a", 5)


def test_what_is_no_text_is_told() -> None:
    """A file of control characters has no line to name."""
    with pytest.raises(ValueError, match=r"^invalid YAML: .*special characters are not allowed"):
        splicing.replace("a: \x00", "a", 5)


@pytest.mark.parametrize("value", [{"a": (1,)}, datetime.date(2026, 1, 1), object()])
def test_a_value_of_another_kind_is_refused(value: object) -> None:
    """Values may come from Python, and YAML takes some words for dates."""
    with pytest.raises(ValueError, match=r"expected numbers, text, .*received (tuple|date|object)"):
        splicing.replace(TEXT, "seed", value)


def test_what_stands_there_is_shown_on_one_line() -> None:
    """A block of lines is joined."""
    assert splicing.shown(TEXT, "block.flat") == "- 1 - 2"
    assert splicing.shown(TEXT, "empty") == ""


def test_a_value_takes_the_place_of_none_before_the_comments() -> None:
    """A key without a value gets it behind its colon."""
    text = "a:  # none: yet\n# Of b.\nb:\n\nc:"
    assert splicing.replace(text, "a", 1) == text.replace("a:", "a: 1")
    assert splicing.replace(text, "b", [1]) == text.replace("b:", "b: [1]")
    assert splicing.replace(text, "c", {}) == text + " {}"


NAMES = st.from_regex(r"[a-z_]{1,6}", fullmatch=True)


def _values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    plain = st.none() | st.booleans() | st.integers() | st.floats() | texts
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=6,
    )


WRITTEN = _values(st.from_regex(r"[a-z0-9 ]{0,8}", fullmatch=True))  # in a file, by others
GIVEN = _values(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))


def _load(text: str) -> object:
    return ruamel.yaml.YAML(typ="safe", pure=True).load(text)


@given(value=GIVEN)
@example(value="\t\"\\\n\x85😀'")
@example(value={"a": float("-inf"), "b": 1e-5, "c": "1e-5", "d": "null", "e": "?0"})
@settings(deadline=None)
def test_a_value_is_given_back_as_it_was(value: object) -> None:
    """Alone and between brackets, numbers stay numbers and text stays text."""
    text = literals.written(value)
    assert repr(_load(f"[{text}, {{a: {text}}}]")) == repr([value, {"a": value}])


@given(data=st.data(), content=st.dictionaries(NAMES, WRITTEN, min_size=1), value=GIVEN)
@settings(max_examples=100, deadline=None)
def test_any_file_then_holds_the_value_and_all_else(
    data: st.DataObject, content: dict[str, object], value: object
) -> None:
    """The text then reads as the content with the one value replaced, in block and flow style."""
    yaml = ruamel.yaml.YAML()
    yaml.default_flow_style = data.draw(st.sampled_from([True, False, None]))
    yaml.indent(mapping=2, **data.draw(st.sampled_from([{}, {"sequence": 4, "offset": 2}])))
    stream = io.StringIO()
    yaml.dump(content, stream)
    holder: dict[str, object] | list[object] = content
    place: str | int = data.draw(st.sampled_from(list(content)))
    path = [place]
    while (inner := holder[place]) and isinstance(inner, dict | list) and data.draw(st.booleans()):  # type: ignore[index, call-overload]
        holder = inner
        choices = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        place = data.draw(st.sampled_from(choices))
        path.append(place)
    holder[place] = value  # type: ignore[index, call-overload]
    result = splicing.replace(stream.getvalue(), ".".join(map(str, path)), value)
    assert repr(_load(result)) == repr(content)
