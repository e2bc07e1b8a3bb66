"""The same bits on other makers' processors: `python -m tests.processors`.

Runs `work.py` here, and under qemu as an Intel without AVX-512 and as an AMD. qemu computes
floating point exactly, and each library picks its kernels by the processor it sees, so a
difference here is a difference there. Exit code 1 and a table of what differs, 0 if nothing does.

QEMU 7.2 gets gathers of AVX2 wrong, of which NumPy makes its unstable argsort, and what it does
with columns of a matrix: a difference in what uses either is no finding.

With --divided each method is compared with one of the two, which takes half of the time; rows,
the networks of the studies and all numbers of verdicts are compared with both. With --studies
these are all that is compared, and no method: what CI has time for.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

PROCESSORS = {"Haswell": "first", "EPYC-Rome": "second"}  # and its half, if methods are divided
QEMU = "qemu-x86_64"
Digests = dict[str, str]


def command(processor: str, half: str) -> list[str]:
    """Return the command that works as `processor`; `native` is the one at hand."""
    work = [os.path.realpath(sys.executable), "-m", "tests.processors.work", half]
    return work if processor == "native" else [QEMU, "-cpu", processor, *work]


def digests(processor: str, half: str) -> Digests:
    """Return the digest of each result that `processor` computes.

    Raises:
        RuntimeError: the work failed.
    """
    began = time.monotonic()
    # The real interpreter knows nothing of the environment, so it is told where packages are.
    packages = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(  # the words are ours
        command(processor, half),
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
        values = [digest.get(result, "") for digest in found.values()]
        same = len(set(values) - {""}) == 1
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
    divided, studies = ("--" + word in sys.argv[1:] for word in ("divided", "studies"))
    wanted = "none" if studies else "all"
    halves = PROCESSORS if divided else dict.fromkeys(PROCESSORS, wanted)
    works = {"native": wanted, **halves}
    with ThreadPoolExecutor(len(PROCESSORS)) as pool:
        found = dict(zip(works, pool.map(digests, works, works.values()), strict=True))
    enough = any if divided else all
    others = [found[name] for name in PROCESSORS]
    if missing := [one for one in found["native"] if not enough(one in each for each in others)]:
        sys.stderr.write(f"not computed where it should be compared: {', '.join(missing)}\n")
        return 1
    text, agree = table(found)
    print(text)  # noqa: T201  # this is what it is for
    print("every processor gives the same bits" if agree else "NOT the same bits")  # noqa: T201
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
