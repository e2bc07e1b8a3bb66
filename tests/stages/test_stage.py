"""From a command line to a stage's `main`, and from an error to a message."""

import json
import logging
import re
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from stages import _parameters, _stage, check

PARAMS = """
seed: 3
runtime: {threads: 1}
datasets:
  made: {title: Made, source: {kind: latent, rows: 20}}
recommenders: {}
metalearners: {}
studies:
  one:
    title: One
    dataset: made
    inputs: {columns: [feature_*]}
    tasks:
      a: {kind: binary, target: a, positive: [1]}
      b: {kind: regression, target: b}
    repeats: 10
    network: {}
    training: {learning_rate: 1e-4}
    pretrain: {}
    finetune: {}
    multitask: {tasks: [a, b]}
    evaluate: {}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with valid parameters."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRUNKLINE_DEBUG", raising=False)
    (tmp_path / "params.yaml").write_text(PARAMS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Put a function in the place of the `ingest` stage."""

    def put(main: Callable[..., None]) -> None:
        module = types.SimpleNamespace(main=main)
        monkeypatch.setattr(_stage.importlib, "import_module", lambda name: module)
        monkeypatch.setattr(_stage, "names", lambda: ["ingest", "validate"])

    return put


def test_what_a_user_cannot_mend_is_not_said(
    stage: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """TensorFlow's count of what was compiled is left out, its other warnings are not."""
    told = logging.getLogger("tensorflow")
    before = list(told.filters)

    def main() -> None:
        told.warning("5 out of the last 8 calls to f triggered tf.function retracing. %s", "Why")
        told.warning("another")

    stage(main)
    assert _stage.run(["ingest"]) == 0
    assert [record.getMessage() for record in caplog.records if record.name == "tensorflow"] == [
        "another"
    ]
    for added in told.filters[len(before) :]:
        told.removeFilter(added)


def test_flags_become_arguments_of_their_types(stage: Callable[..., None]) -> None:
    """A `Path` parameter gets a path, a `str` a text; a default may be left out."""
    seen: list[object] = []

    def main(dataset: str, table: Path, extra: Path = Path("x")) -> None:
        seen.extend([dataset, table, extra])

    stage(main)
    assert _stage.run(["ingest", "--dataset", "made", "--table", "a/b"]) == 0
    assert seen == ["made", Path("a/b"), Path("x")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "trunkline : unknown stage ''; there are 'ingest', 'validate'"),
        (["ingst"], "trunkline ingst: unknown stage 'ingst'; did you mean 'ingest'?"),
        (["ingest", "--tabel", "x"], "unknown flag '--tabel'; did you mean '--table'?"),
        (["ingest", "table", "x"], "unknown flag 'table'; did you mean '--table'?"),
        (["ingest", "--table"], "expected a value after each of --dataset, --table"),
        (["ingest", "--table", "x", "--table", "y"], "expected '--table' once, received it twice"),
        (["ingest", "--table", "x"], "missing --dataset"),
    ],
)
def test_a_wrong_command_line_gets_a_message(
    stage: Callable[..., None], capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    """A misspelt stage or flag is named, with the one that was probably meant."""

    def main(dataset: str, table: Path) -> None:
        raise AssertionError

    stage(main)
    assert _stage.run(words) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("error", [ValueError("too few"), FileNotFoundError("too few")])
def test_errors_a_user_can_mend_end_in_a_message(
    stage: Callable[..., None], capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    """They give one block on stderr without a traceback, and code 1."""

    def main() -> None:
        raise error

    stage(main)
    assert _stage.run(["ingest"]) == 1
    assert capsys.readouterr().err == "\ntrunkline ingest: too few\n"
    assert _stage.run(["ingest", "--dataset", "made"]) == 1
    told = "trunkline ingest@made: unknown flag '--dataset'"
    assert capsys.readouterr().err.startswith(f"\n{told}")
    assert not Path(".trunkline").exists()


def test_tables_in_messages_begin_on_a_line_of_their_own(
    stage: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns of a message with several lines stay aligned."""

    def main() -> None:
        raise ValueError("a  b\nc  d")

    stage(main)
    _stage.run(["ingest"])
    assert capsys.readouterr().err == "\ntrunkline ingest:\na  b\nc  d\n"


def test_debugging_keeps_the_traceback(
    stage: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TRUNKLINE_DEBUG set the error itself comes through."""

    def main() -> None:
        raise ValueError("too few")

    stage(main)
    monkeypatch.setenv("TRUNKLINE_DEBUG", "1")
    with pytest.raises(ValueError, match="too few"):
        _stage.run(["ingest"])


def test_unexpected_errors_keep_their_traceback(stage: Callable[..., None]) -> None:
    """A defect of the code is not dressed up as a mistake of the user."""

    def main() -> None:
        raise KeyError("defect")

    stage(main)
    with pytest.raises(KeyError, match="defect"):
        _stage.run(["ingest"])


def test_what_depends_on_the_machine_has_a_file_of_its_own(stage: Callable[..., None]) -> None:
    """Processor, seconds and memory are written outside the outputs, per dataset or study."""

    def main(study: str = "") -> None:
        """Do nothing."""

    stage(main)
    assert _stage.run(["ingest"]) == _stage.run(["ingest", "--study", "one"]) == 0
    for name in ("ingest", "ingest@one"):
        facts = json.loads(Path(f".trunkline/machine/{name}.json").read_text(encoding="utf-8"))
        assert facts.keys() == {"processor", "python", "resident_mib", "seconds"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("evaluate.alpha: too much", "params.yaml: studies.one.evaluate.alpha: too much"),
        ("evaluate: nothing", "params.yaml: studies.one.evaluate: nothing"),
        ("evaluate it again", "evaluate it again"),
        ("no column matches 'x'", "no column matches 'x'"),
    ],
)
def test_an_error_about_a_setting_is_given_its_place(text: str, told: str) -> None:
    """The library knows no names of studies; what is about none of its settings stays."""
    study = _stage.params("studies.one")
    with (
        pytest.raises(ValueError, match=f"^{re.escape(told)}$"),
        _stage.placing("studies.one", study),
    ):
        raise ValueError(text)


def test_the_stages_are_the_modules_of_the_package() -> None:
    """Modules with an underscore are no stages."""
    assert "check" in _stage.names()
    assert not [name for name in _stage.names() if name.startswith("_")]


def test_parameters_come_in_the_order_of_their_keys() -> None:
    """Several keys give a tuple, one key the setting itself."""
    assert _stage.params("seed") == 3
    rate, seed = _stage.params("studies.one.training.learning_rate", "seed")
    assert (rate, seed) == (1e-4, 3)


def test_a_key_that_is_not_there_is_told() -> None:
    """A stage that asks for a study that params.yaml lacks says so."""
    with pytest.raises(ValueError, match=r"params\.yaml: there is no 'on'; did you mean 'one'\?"):
        _stage.params("studies.on.network")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed: 1\nseed: 2\n", r"params\.yaml: line 2, column 1: invalid YAML: .*duplicate key"),
        (
            "tasks:\n  one: {kind: binary}\n  two: {}\n  one: {kind: regression}\n",
            r"params\.yaml: line 4, column 3: invalid YAML: found duplicate key \"one\"",
        ),
        ("seed: [1\nb: 2\n", r"params\.yaml: line 2, column 2: invalid YAML: expected ',' or"),
        ("seed: !!python/name:os.system\n", r"line 1, column 7: invalid YAML: could not determine"),
        ("", r"params\.yaml: expected entries"),
    ],
)
def test_broken_yaml_is_told_with_its_line(text: str, message: str) -> None:
    """Invalid YAML, repeated keys and tags of Python stop with the line they stand on."""
    Path("params.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        _parameters.load()


def test_wrong_parameters_stop_every_stage(
    stage: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Also a stage that does not read the wrong entry stops before it does anything."""

    def main() -> None:
        raise AssertionError

    stage(main)
    Path("params.yaml").write_text(PARAMS.replace("seed", "sead"), encoding="utf-8")
    assert _stage.run(["ingest"]) == 1
    assert "params.yaml: sead: unknown key; did you mean 'seed'?" in capsys.readouterr().err


def test_words_of_yaml_1_2_stay_words(project: Path) -> None:
    """`no` is a label like any other, as it is for DVC."""
    text = PARAMS.replace("positive: [1]", "positive: [no]")
    Path("params.yaml").write_text(text, encoding="utf-8")
    assert _stage.params("studies.one.tasks.a.positive") == ("no",)


def test_check_misses_a_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """Every dataset needs a contract, and DVC would only miss a file."""
    with pytest.raises(
        ValueError, match=r"made\.json, contracts/made\.reference\.json: missing; each"
    ):
        check.main()
    Path("contracts").mkdir()
    Path("contracts/made.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^contracts/made\.reference\.json: missing"):
        check.main()
    Path("contracts/made.reference.json").write_text("{}", encoding="utf-8")
    check.main()
    assert capsys.readouterr().out == "params.yaml: ok\n"


def test_check_misses_what_dvc_records(capsys: pytest.CaptureFixture[str]) -> None:
    """An entry with a default is to be written: DVC would stop at its stage, after hours."""
    shorter = PARAMS.replace("    repeats: 10\n", "").replace("    evaluate: {}\n", "")
    Path("params.yaml").write_text(shorter, encoding="utf-8")
    with pytest.raises(
        ValueError,
        match=r"studies\.one: DVC records .*: write `repeats: 10`, `evaluate: \{\}`, which",
    ):
        check.main()
    assert not capsys.readouterr().out
