"""Small alphabets whose characters are a few strokes each, drawn by shaky hands."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from trunkline.settings.metalearning.oneshot import OneShot
from trunkline.tasks.oneshot import Characters

SMALL = OneShot(
    steps=3, classes=8, together=6, side=16, channels=(4, 8), blocks=1, described=8, points=32,
    matched=16,
)  # fmt: skip
ALPHABETS = ("Alpha", "Beta", "Gamma")


def drawing(corners: np.ndarray, side: int = 40) -> np.ndarray:
    """Return a line through corners, bool [side, side]."""
    paper = Image.new("L", (side, side), 255)
    ImageDraw.Draw(paper).line([tuple(map(float, corner)) for corner in corners], fill=0, width=2)
    return np.asarray(paper) < 128


def characters(each: int = 4, drawers: int = 3) -> Characters:
    """Return three alphabets of polylines of four corners."""
    rng = np.random.default_rng(3)
    count = each * len(ALPHABETS)
    corners = rng.uniform(6, 34, (count, 1, 4, 2)) + 0.7 * rng.normal(size=(count, drawers, 4, 2))
    ink = np.array([[drawing(line) for line in hands] for hands in corners])
    return Characters(ink, np.repeat(np.arange(len(ALPHABETS)), each), ALPHABETS)


def png(ink: np.ndarray) -> bytes:
    """Return a picture of black ink on white paper."""
    content = io.BytesIO()
    Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).save(content, "png")
    return content.getvalue()


def background(path: Path, known: Characters) -> Path:
    """Write characters as a background set: an archive in the form of Omniglot's."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (hands, alphabet) in enumerate(zip(known.ink, known.alphabet, strict=True)):
            folder = f"images/{known.alphabets[alphabet]}/character{number:02}"
            for drawer, ink in enumerate(hands):
                archive.writestr(f"{folder}/{number:04}_{drawer + 1:02}.png", png(ink))
    return path


def runs(folder: Path, known: Characters, count: int = 2) -> Path:
    """Write standard runs as folders: the first alphabet's characters, told in reverse order."""
    there = known.ink[known.alphabet == 0]
    for number in range(1, count + 1):
        run = folder / f"run{number:02}"
        for side in ("training", "test"):
            (run / side).mkdir(parents=True)
        lines = []
        for place, hands in enumerate(there):
            learned, told = f"class{place + 1:02}.png", f"item{len(there) - place:02}.png"
            (run / "training" / learned).write_bytes(png(hands[0]))
            (run / "test" / told).write_bytes(png(hands[1]))
            lines.append(f"{run.name}/test/{told} {run.name}/training/{learned}\n")
        (run / "class_labels.txt").write_text("".join(lines), encoding="utf-8")
    return folder
