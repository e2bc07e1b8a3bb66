"""Small DVC repositories whose stages are shell commands."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from trunkline.artifacts import results, tables

PIPELINE = """\
stages:
  table:
    cmd: cp tables/$(cat hidden).parquet table.parquet
    deps: [tables]
    outs: [table.parquet]
  scores:
    cmd: cp scores/$(cat hidden).json scores.json
    deps: [scores]
    metrics: [{scores.json: {cache: false}}]
  folder:
    cmd: mkdir -p folder/deep && cp table.parquet folder/deep && cp raw.txt folder
    deps: [table.parquet, raw.txt]
    outs: [folder]
  inside:
    cmd: cat folder/raw.txt > inside.txt
    deps: [folder/raw.txt]
    outs: [inside.txt]
  part:
    cmd: ls folder/deep > part.txt
    deps: [folder/deep]
    outs: [part.txt]
  each:
    foreach: [a, b]
    do:
      cmd: mkdir -p results && echo ${item} ${rate} > results/${item}.txt
      params: [rate]
      deps: [code]
      outs:
        - results/${item}.txt
  around:
    cmd: cat results/a.txt results/b.txt results/notes.txt > around.txt
    deps: [results]
    outs: [around.txt]
"""
FILES = {
    "dvc.yaml": PIPELINE,
    "params.yaml": "rate: 0.5\nother: 1\n",
    "hidden": "a\n",
    "code/one.py": "1\n",
    "code/two.py": "2\n",
    "code/notes.tmp": "ignored\n",
    "results/notes.txt": "written by hand\n",
    ".dvcignore": "*.tmp\n",
    ".gitignore": "/.trunkline/\n",
    "raw.txt": "raw\n",
}
# As a parallel run: takes and leaves out `--jobs N`.
SCRIPT = f'[ "$1" != --jobs ] || shift 2; exec "{sys.executable}" -m dvc repro "$@"'
FAKE = ("/bin/sh", "-c", SCRIPT, "fake")


def run(folder: Path, *command: str) -> str:
    """Return what a command prints; the environment's programs come first."""
    site = str(folder.parent / f"{folder.name}-site")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": site}
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(folder: Path) -> None:
    """Commit all that is there."""
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "as it is")


def make(folder: Path) -> Path:
    """Make the repository, run its stages and commit it."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    frame = pd.DataFrame({"row": [1, 2, 3], "value": [0.5, 1.0, 2.0], "name": ["x", "y", "z"]})
    for name, number in (("a", 2.0), ("b", 2.5)):
        tables.write(frame.assign(value=[0.5, 1.0, number]), folder / f"tables/{name}.parquet")
        results.write({"mean": number / 4, "rows": 3}, folder / f"scores/{name}.json")
    run(folder, "git", "init", "--quiet", "--initial-branch", "main")
    run(folder, "git", "config", "user.email", "someone@example.org")
    run(folder, "git", "config", "user.name", "Someone")
    run(folder, "dvc", "init", "--quiet")
    run(folder, "dvc", "add", "raw.txt")
    run(folder, "dvc", "repro")
    commit(folder)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a piece of a file, which must be in it."""
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
