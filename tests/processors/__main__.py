"""The same bits on other makers' processors: `python -m tests.processors`.

Runs `work.py` here, and under qemu as an Intel without AVX-512 and as an AMD. qemu computes
floating point exactly, and each library picks its kernels by the processor it sees, so a
difference here is a difference there. Exit code 1 and a table of what differs, 0 if nothing does.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

PROCESSORS = ["Haswell", "EPYC-Rome"]
QEMU = "qemu-x86_64"
Digests = dict[str, str]


def command(processor: str) -> list[str]:
    """Return the command that works as `processor`; `native` is the one at hand."""
    work = [os.path.realpath(sys.executable), "-m", "tests.processors.work"]
    return work if processor == "native" else [QEMU, "-cpu", processor, *work]


def digests(processor: str) -> Digests:
    """Return the digest of each result that `processor` computes.

    Raises:
        RuntimeError: the work failed.
    """
    began = time.monotonic()
    # The real interpreter knows nothing of the environment, so it is told where packages are.
    packages = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(  # the words are ours
        command(processor),
        env={**os.environ, "PYTHONPATH": packages},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.splitlines()
        errors = [line for line in lines if not line.startswith(f"{QEMU}: warning")]
        raise RuntimeError(f"the work on {processor} failed:\n" + "\n".join(errors[-30:]))
    sys.stderr.write(f"{processor}: {time.monotonic() - began:.0f} s\n")
    found: Digests = json.loads(done.stdout.splitlines()[-1])
    return found


def table(found: dict[str, Digests]) -> tuple[str, bool]:
    """Return a row for each result, and whether all processors agree on all of them."""
    lines, agree = [f"{'':44}" + "".join(f"{name:>14}" for name in found)], True
    for result in found["native"]:
        values = [digest[result] for digest in found.values()]
        same = len(set(values)) == 1
        agree = agree and same
        mark = "" if same else "   <- differs"
        lines.append(f"{result:44}" + "".join(f"{value[:10]:>14}" for value in values) + mark)
    return "\n".join(lines), agree


def main() -> int:
    """Compare every processor with the one at hand."""
    if not shutil.which(QEMU):
        sys.stderr.write(
            f"{QEMU} is missing: install Debian's package qemu-user, or your system's\n"
        )
        return 1
    names = ["native", *PROCESSORS]
    with ThreadPoolExecutor(len(PROCESSORS)) as pool:
        found = dict(zip(names, pool.map(digests, names), strict=True))
    text, agree = table(found)
    print(text)  # noqa: T201  # this is what it is for
    print("every processor gives the same bits" if agree else "NOT the same bits")  # noqa: T201
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
