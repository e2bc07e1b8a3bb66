"""A small project with the flows: a git and DVC repository whose stages take no time."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

FILES = {
    "params.yaml": """\
letters: [a, b]
datasets:
  digits: {title: bundled, source: {kind: bundled, name: digits}}
  rows: {title: a file, source: {kind: csv, path: ../rows.csv}}
""",
    "dvc.yaml": """\
stages:
  letter:
    foreach: ${letters}
    do:
      cmd: mkdir -p letters && echo "writing ${item}" && echo ${item} > letters/${item}.txt
      params: [letters]
      outs:
        - letters/${item}.txt
  word:
    cmd: cat letters/a.txt letters/b.txt > word.txt && echo '{"length":2}' > length.json
    deps: [letters/a.txt, letters/b.txt]
    outs: [word.txt]
    metrics: [{length.json: {cache: false}}]
""",
    # What a plain run of dvc.yaml leaves alone.
    "aside/dvc.yaml": """\
stages:
  broken:
    cmd: echo "it broke" && exit 3
    always_changed: true
  endless:
    cmd: touch started && exec sleep 86399
    always_changed: true
    outs: [never.txt]
""",
    ".gitignore": "/flows\n/docs\n/.venv\n/.trunkline\n/word.txt\n",
    "letters/.gitignore": "/a.txt\n/b.txt\n",
    "aside/.gitignore": "/never.txt\n/started\n",
}


def make(folder: Path) -> Path:
    """Make the project in a folder, committed; return it."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name, place in {
        "flows": ROOT / "flows",
        "docs": ROOT / "docs",
        ".venv": sys.prefix,
    }.items():
        (folder / name).symlink_to(place)
    (folder / "prefect.yaml").write_text((ROOT / "prefect.yaml").read_text("utf-8"), "utf-8")
    (folder.parent / "rows.csv").write_text("a\n", encoding="utf-8")
    environment = os.environ | {
        "PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
    }
    for command in (
        "git init --quiet --initial-branch=main",
        "git config user.name Somebody",
        "git config user.email somebody@example.invalid",
        "dvc init --quiet",
        "dvc repro --quiet",
        "git add .",
        "git commit --quiet --message Begin",
    ):
        subprocess.run(command.split(), cwd=folder, env=environment, check=True)
    return folder
