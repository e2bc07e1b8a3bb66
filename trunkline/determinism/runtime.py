"""What decides bits on a processor: environment variables, set before NumPy is imported.

Each library picks its kernels by the processor it finds. Pinned here, they pick the same on every
x86-64 processor with AVX2. docs/reproducibility.md has the measurements behind each line.
"""

import os
import platform
import resource
import sys
from pathlib import Path

from trunkline.settings.runtime import Runtime

TOO_LATE = ("numpy", "pandas", "pyarrow", "tensorflow")  # they read the environment when imported
CPUINFO = Path("/proc/cpuinfo")
STATUS = Path("/proc/self/status")


def environment(runtime: Runtime) -> dict[str, str]:
    """Return the variables that pin NumPy, BLAS, oneDNN, XLA, Arrow, Faiss, TensorFlow and Keras.

    Args:
        runtime: threads and instructions, from params.yaml.
    """
    threads, instructions = str(runtime.threads), runtime.instructions
    return {
        "ARROW_USER_SIMD_LEVEL": instructions,
        "FAISS_SIMD_LEVEL": instructions,
        # Homes may hold a keras.json with another backend or float type; a device has no files.
        "KERAS_HOME": os.devnull,
        "KERAS_BACKEND": "tensorflow",
        # NumPy's own names, as of 2.4: everything beyond AVX2. It ignores what is not there.
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_CORETYPE": "Haswell",
        "OPENBLAS_NUM_THREADS": "1",  # sums are cut up by thread
        "ONEDNN_MAX_CPU_ISA": instructions,
        "TF_ENABLE_ONEDNN_OPTS": "0",  # its products differ between makers whatever the ISA says
        "TF_DETERMINISTIC_OPS": "1",
        "TF_NUM_INTEROP_THREADS": threads,
        "TF_NUM_INTRAOP_THREADS": threads,
        "TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL": "0",  # oneDNN again, inside Eigen's products
        # Products neither by YNN nor by threads, but by loops that XLA writes for AVX2 itself.
        "XLA_FLAGS": f"--xla_cpu_max_isa={instructions} --xla_cpu_experimental_ynn_fusion_type= "
        "--xla_cpu_multi_thread_eigen=false "
        "--xla_backend_extra_options=xla_force_enable_experimental_llvm_ir_gemm",
        # Not bits, but the same everywhere: no GPU, no notes about the processor, no telemetry.
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "GX_ANALYTICS_ENABLED": "false",
    }


def pin(runtime: Runtime) -> None:
    """Set the variables of `environment`, overriding what is there.

    Args:
        runtime: threads and instructions, from params.yaml.

    Raises:
        RuntimeError: a library that reads them is imported already, with other values.
        OSError: the processor lacks the instructions.
    """
    pins = environment(runtime)
    loaded = [name for name in TOO_LATE if name in sys.modules]
    changed = sorted(name for name, value in pins.items() if os.environ.get(name) != value)
    if loaded and changed:
        raise RuntimeError(
            f"the runtime must be pinned before {', '.join(loaded)} is imported, and "
            f"{', '.join(changed)} would change now: call trunkline.determinism.runtime.pin first"
        )
    needed = {runtime.instructions.lower(), "fma"}
    if instructions() and not needed <= instructions():
        lacking = " and ".join(sorted(name.upper() for name in needed - instructions()))
        raise OSError(
            f"this processor ({processor()}) lacks {lacking}, which params.yaml's "
            f"runtime.instructions: {runtime.instructions} needs: use an x86-64 processor made "
            "since 2013, or a virtual machine that shows what its processor has"
        )
    os.environ.update(pins)


def instructions() -> set[str]:
    """Return the names of the instruction sets the processor has; empty where Linux tells none."""
    return set(_cpuinfo("flags").split()) if platform.machine() == "x86_64" else set()


def processor() -> str:
    """Return the name of the processor, as its maker writes it."""
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def resident_mib() -> int:
    """Return the most memory this process has had, in MiB.

    Linux hands `ru_maxrss` on from the process that started this one: started by a large one, a
    small one would seem as large. What the kernel knows of this program alone comes first.
    """
    lines = STATUS.read_text(encoding="utf-8").splitlines() if STATUS.exists() else []
    peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    kibibytes = peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kibibytes / 1024)


def _cpuinfo(field: str) -> str:
    """Return a field of the first processor in Linux' list; empty where there is none."""
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    values = [line.partition(":")[2].strip() for line in lines if line.split("\t")[0] == field]
    return values[0] if values else ""
