"""The runtime is pinned before NumPy, on processors that have what is pinned."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

CPUINFO = "processor\t: 0\nmodel name\t: A Fine CPU: 2 GHz\nflags\t\t: fpu {}\n\nprocessor\t: 1\n"


@pytest.fixture
def cpuinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of processors to fill in, read instead of Linux' own, on an x86-64 machine."""
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr(runtime, "CPUINFO", path)
    monkeypatch.setattr(runtime.platform, "machine", lambda: "x86_64")
    return path


def test_threads_and_instructions_come_from_the_settings() -> None:
    """What params.yaml says reaches every library that has a say in it."""
    pins = runtime.environment(Runtime(threads=3))
    assert pins["TF_NUM_INTRAOP_THREADS"] == pins["TF_NUM_INTEROP_THREADS"] == "3"
    assert "--xla_cpu_max_isa=AVX2 " in pins["XLA_FLAGS"]
    assert pins["ONEDNN_MAX_CPU_ISA"] == "AVX2"


def test_pins_override_what_the_user_has_set() -> None:
    """A variable of the shell must not change bits."""
    code = (
        "import os; from trunkline.determinism import runtime as r; "
        "from trunkline.settings.runtime import Runtime; r.pin(Runtime()); "
        "print(os.environ['XLA_FLAGS'], os.environ['TF_NUM_INTRAOP_THREADS'])"
    )
    loud = os.environ | {"XLA_FLAGS": "--xla_cpu_max_isa=AVX512", "TF_NUM_INTRAOP_THREADS": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=loud, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{runtime.environment(Runtime())['XLA_FLAGS']} 1"


def test_numpy_keeps_to_avx2_without_a_warning() -> None:
    """NumPy knows each name that is disabled, whether this processor has it or not."""
    code = (
        "from numpy._core._multiarray_umath import __cpu_features__ as f; "
        "print([n for n in ('X86_V4', 'AVX512_ICL', 'AVX512_SPR') if f[n]])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | runtime.environment(Runtime()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_pinning_again_changes_nothing() -> None:
    """The same pins may be set again after NumPy is imported."""
    import numpy  # noqa: F401

    runtime.pin(Runtime())


def test_pinning_too_late_is_an_error() -> None:
    """NumPy reads the environment when it is imported, so other pins come too late."""
    import numpy  # noqa: F401

    with pytest.raises(RuntimeError, match=r"before .*numpy.* is imported.*TF_NUM_INTRAOP_THREADS"):
        runtime.pin(Runtime(threads=2))


@pytest.mark.parametrize(
    ("flags", "lacking"), [("avx fma", "AVX2"), ("avx2", "FMA"), ("sse", "AVX2 and FMA")]
)
def test_an_old_processor_is_refused(cpuinfo: Path, flags: str, lacking: str) -> None:
    """Without the pinned instructions bits would differ, so nothing starts."""
    cpuinfo.write_text(CPUINFO.format(flags))
    with pytest.raises(OSError, match=rf"A Fine CPU: 2 GHz\) lacks {lacking}, which params\.yaml"):
        runtime.pin(Runtime())


def test_a_processor_with_the_instructions_is_accepted(cpuinfo: Path) -> None:
    """AVX2 and FMA suffice."""
    cpuinfo.write_text(CPUINFO.format("sse avx2 fma"))
    runtime.pin(Runtime())


def test_without_a_list_of_processors_nothing_is_refused(cpuinfo: Path) -> None:
    """Only Linux lists its processors as a file; elsewhere the name comes from Python."""
    assert runtime.instructions() == set()
    assert runtime.processor()
    runtime.pin(Runtime())


def test_a_small_program_is_small_though_a_large_one_started_it() -> None:
    """The peak is of the program itself: Linux hands the one of its parent on."""
    held = b"x" * (1 << 28)
    code = "from trunkline.determinism import runtime as r; print(r.resident_mib())"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert runtime.resident_mib() > len(held) >> 20
    assert 0 < int(done.stdout) < len(held) >> 20


def test_where_linux_tells_nothing_the_peak_is_the_one_of_unix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no /proc on macOS."""
    monkeypatch.setattr(runtime, "STATUS", tmp_path / "none")
    assert runtime.resident_mib() > 10
