"""`--set` changes values of parameters' files, all or none."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import ruamel.yaml

from flows.running import parameters

PARAMS = Path(__file__).parents[3] / "params.yaml"
GRAPH = """\
params: [top.yaml]
vars: ["vars.yaml:a,b", {c: 1}]
stages:
  one: {cmd: "true", params: [a, {stage.yaml: [x]}, {old.json: }]}
  many:
    foreach: [1]
    do: {cmd: "true", vars: [each.yml], params: [{each/one.yaml: }]}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return what writes a file of the repository."""

    def to(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return to


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        ("seed=7", "seed", 7),
        ("a.b[0]=1e-4", "a.b[0]", 0.0001),
        ("a=b=c", "a", "b=c"),
        ("a=no", "a", "no"),
        ("a=true", "a", True),
        ("a=null", "a", None),
        ("a=''", "a", ""),
        ("a=[1, {b: 2}]", "a", [1, {"b": 2}]),
        ("other.yaml:a=1", "other.yaml:a", 1),
        (" a = 1 ", "a", 1),
    ],
)
def test_a_value_reads_as_in_the_file(assignment: str, key: str, value: object) -> None:
    """YAML 1.2, as DVC reads it."""
    assert repr(parameters.parse([assignment])) == repr({key: value})


@pytest.mark.parametrize("assignment", ["", "seed", "=7", " =7", "params.yaml:=7", "a.b:c"])
def test_an_assignment_has_a_path_and_an_equals_sign(assignment: str) -> None:
    """Anything else is told with the form."""
    with pytest.raises(ValueError, match=f"--set: expected path=value, .*received '{assignment}'"):
        parameters.parse([assignment])


def test_one_key_is_given_once() -> None:
    """Of two values for one key, one would be lost without a word."""
    with pytest.raises(ValueError, match="--set: seed is given twice; give it once"):
        parameters.parse(["seed=1", "seed=2"])


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("a=", "--set: a: no value after '='; write null for none"),
        ("a=#5", "--set: a: no value after '='"),
        ("a=[1", r"--set: a: '\[1': line 1, column \d: invalid YAML: .*; quote text for YAML"),
        ("a={b: 1, b: 2}", "invalid YAML: found duplicate key"),
        ("a=odd: or even", "--set: a: expected one value, .* received 'odd: or even'; quote"),
        ("a=- 1", "--set: a: expected one value"),
    ],
)
def test_a_value_stands_on_one_line(assignment: str, message: str) -> None:
    """What YAML cannot read, or reads as a block, is told with what to write."""
    with pytest.raises(ValueError, match=message):
        parameters.parse([assignment])


def test_the_shipped_parameters_change_at_their_place_alone(tmp_path: Path) -> None:
    """Every other line of this repository's own params.yaml keeps its bytes."""
    file = tmp_path / "params.yaml"
    file.write_bytes(PARAMS.read_bytes())
    before = PARAMS.read_text(encoding="utf-8").splitlines()
    changes = parameters.override(
        tmp_path,
        parameters.parse(["studies.digits.repeats=2", "studies.digits.finetune.budgets[0]=3"]),
    )
    after = file.read_text(encoding="utf-8").splitlines()
    differ = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert differ == [
        ("    repeats: 10", "    repeats: 2"),
        ("      budgets: [1, 2, 5, 10, 20, 50]", "      budgets: [3, 2, 5, 10, 20, 50]"),
    ]
    assert changes == [
        "params.yaml: studies.digits.repeats: 10 -> 2",
        "params.yaml: studies.digits.finetune.budgets[0]: 1 -> 3",
    ]


def _leaves(content: object, place: str = "") -> list[tuple[str, object]]:
    if isinstance(content, dict):
        entries = [(f"{place}.{key}".removeprefix("."), value) for key, value in content.items()]
    elif isinstance(content, list):
        entries = [(f"{place}[{index}]", value) for index, value in enumerate(content)]
    else:
        return [(place, content)]
    return [leaf for inner, value in entries for leaf in _leaves(value, inner)]


def test_values_that_stand_there_change_no_byte(tmp_path: Path) -> None:
    """Setting each of this repository's parameters to what it is leaves its file as it was."""
    file = tmp_path / "params.yaml"
    file.write_bytes(PARAMS.read_bytes())
    leaves = _leaves(ruamel.yaml.YAML(typ="safe", pure=True).load(PARAMS))
    few = dict(leaves[:: len(leaves) // 12])
    assert len(few) > 10
    assert parameters.override(tmp_path, few) == []
    assert file.read_bytes() == PARAMS.read_bytes()


def test_later_assignments_see_what_earlier_ones_wrote(write: Callable[[str, str], Path]) -> None:
    """A mapping can be replaced and one of its entries then changed."""
    file = write("params.yaml", "a: {b: 1}\n")
    parameters.override(file.parent, {"a": {"c": 1}, "a.c": 2})
    assert file.read_text(encoding="utf-8") == "a: {c: 2}\n"


def test_all_is_checked_before_anything_is_written(write: Callable[[str, str], Path]) -> None:
    """Each mistake has its line, and both files are as they were."""
    write("dvc.yaml", GRAPH)
    file, other = write("params.yaml", "seed: 1\n"), write("stage.yaml", "x: 1\n")
    with pytest.raises(ValueError, match=r"(?m)^params.yaml: sed: .*'seed'\?$") as raised:
        parameters.override(
            file.parent, {"seed": 2, "sed": 2, "stage.yaml:x": 2, "stage.yaml:y": 2}
        )
    assert str(raised.value).splitlines()[1:] == ["stage.yaml: y: unknown key; there are 'x'"]
    assert file.read_text(encoding="utf-8") == "seed: 1\n"
    assert other.read_text(encoding="utf-8") == "x: 1\n"


@pytest.mark.parametrize(
    "file", ["params.yaml", "top.yaml", "vars.yaml", "stage.yaml", "each.yml", "each/one.yaml"]
)
def test_each_file_that_the_graph_names_can_be_set(
    write: Callable[[str, str], Path], file: str
) -> None:
    """Parameters of a stage, of a template and of the whole."""
    write("dvc.yaml", GRAPH)
    path = write(file, "x: 1  # one\n")
    root = path.parents[file.count("/")]
    assert parameters.override(root, {f"{file}:x": 2}) == [f"{file}: x: 1 -> 2"]
    assert path.read_text(encoding="utf-8") == "x: 2  # one\n"
    assert sorted(entry.name for entry in path.parent.iterdir() if entry.name[0] == ".") == []


@pytest.mark.parametrize("file", ["dvc.yaml", "../params.yaml", "stage.yml", "old.json", "c"])
def test_no_other_file_can_be_set(write: Callable[[str, str], Path], file: str) -> None:
    """A command in dvc.yaml, for one, is no parameter."""
    path = write("dvc.yaml", GRAPH)
    message = f"^{file}: no file of parameters that dvc.yaml names"
    with pytest.raises(ValueError, match=message):
        parameters.override(path.parent, {f"{file}:stages.one.cmd": "rm"})
    assert path.read_text(encoding="utf-8") == GRAPH


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Nothing is made anew."""
    with pytest.raises(ValueError, match=r"params\.yaml: missing; --set changes values of a file"):
        parameters.override(tmp_path, {"seed": 1})


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """The file is replaced in one move, where a link leads to."""
    real = write("shared/real.yaml", "seed: 1\n")
    real.chmod(0o640)
    (tmp_path / "params.yaml").symlink_to(real)
    parameters.override(tmp_path, {"seed": 2})
    assert (tmp_path / "params.yaml").is_symlink()
    assert real.read_text(encoding="utf-8") == "seed: 2\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_file_and_nothing_beside_it(
    write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs no parameters."""
    file = write("params.yaml", "seed: 1\n")

    def fail(source: object, target: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(parameters.shutil, "copymode", fail)
    with pytest.raises(OSError, match="no space"):
        parameters.override(file.parent, {"seed": 2})
    assert [path.name for path in file.parent.iterdir()] == ["params.yaml"]
    assert file.read_text(encoding="utf-8") == "seed: 1\n"
