"""Texts of a later part that are nearly those of an earlier one, found by MinHash.

Two texts are as alike as the sets A and B of their shingles, runs of k characters:

    J(A, B) = |A & B| / |A | B|

Of each text 256 minima of hashed shingles are taken, each of which two texts share with
probability J. Texts that share all r minima of a band are candidates, and J decides on them; r is
the largest for which a pair at the threshold is missed by all bands at most once in a thousand
times. Equal texts are always candidates. Small letters and capitals are the same, and so is white
space of any length.

References: Broder 1997, On the resemblance and containment of documents; bands as in Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, section 3.4.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import tables
from trunkline.data.rules_rows import NAMES, NOWHERE, Rows
from trunkline.determinism import seeds

MINIMA = 256
MISSED = 1e-3
TOGETHER = 8  # bands of a pass over the texts: what is kept of a row is eight bytes for each
CHARACTERS = 2**21  # of texts that are hashed together
PAIRS = 50_000  # candidates that are looked at
FACTOR = np.uint64(0x9E3779B97F4A7C15)


def near(
    rows: Rows, columns: Sequence[str], similarity: float, shingle: int
) -> tuple[int, tuple[str, ...]]:
    """Return how many rows have a text that is nearly one of an earlier part, and examples.

    Args:
        rows: the table.
        columns: whose texts, one after the other, are a row's; rows without text are left out.
        similarity: J from which on two texts are nearly the same.
        shingle: k.

    Raises:
        ValueError: too many pairs look alike to be looked at.
    """
    pairs = set[tuple[int, int]]()
    bands = MINIMA // minima_of_a_band(similarity)
    for first in range(0, bands, TOGETHER):
        chosen = range(first, min(first + TOGETHER, bands))
        for keys in _keys(rows, columns, similarity, shingle, chosen):
            _propose(rows, keys, columns, pairs)
    wanted = np.unique([row for pair in pairs for row in pair]).astype(np.int64)
    texts = dict(_looked_up(rows, columns, shingle, wanted))
    best: dict[str, str] = {}
    for one, two in pairs:
        (later, a), (earlier, b) = texts[one], texts[two]
        common = np.intersect1d(a, b, assume_unique=True).size
        if common >= similarity * (a.size + b.size - common):
            best[later] = min(best.get(later, earlier), earlier)
    told = [f"{later} ~ {best[later]}" for later in sorted(best)[: tables.EXAMPLES]]
    return len(best), tuple(told)


def minima_of_a_band(similarity: float) -> int:
    """Return r: of r minima a band, pairs at the threshold are hardly ever missed.

    Example:
        >>> [minima_of_a_band(value) for value in (0.6, 0.8, 0.9, 1.0)]
        [4, 7, 12, 256]
    """
    good = [r for r in range(1, MINIMA + 1) if (1 - similarity**r) ** (MINIMA // r) <= MISSED]
    return max(good, default=1)


def _keys(
    rows: Rows, columns: Sequence[str], similarity: float, shingle: int, bands: range
) -> np.ndarray:
    """Return a hash of the minima of each band, uint64 [bands, rows]; 0 of rows without text."""
    minima = minima_of_a_band(similarity)
    factors = seeds.generator(0, "rules", "minhash").integers(0, 2**64, MINIMA, np.uint64)
    keys = np.zeros((len(bands), rows.parts.size), np.uint64)
    for numbers, hashes, starts in _shingles(rows, columns, shingle):
        for turn, band in enumerate(bands):
            key = np.full(numbers.size, band + 1, np.uint64)
            for n in range(band * minima, (band + 1) * minima):
                least = np.minimum.reduceat(_mixed(hashes * (factors[n] | np.uint64(1))), starts)
                key = _mixed((key + least) * FACTOR)
            keys[turn, numbers] = np.maximum(key, np.uint64(1))
    return keys


def _propose(
    rows: Rows, keys: np.ndarray, columns: Sequence[str], pairs: set[tuple[int, int]]
) -> None:
    """Add the pairs of rows, the one of the later part first, that share a key."""
    there = np.flatnonzero((keys != 0) & (rows.parts != NOWHERE))
    order = there[np.argsort(keys[there], kind="stable")]
    edges = np.flatnonzero(np.append(True, keys[order[1:]] != keys[order[:-1]]))
    ends = np.append(edges[1:], order.size)
    several = ends - edges > 1
    for begin, end in zip(edges[several].tolist(), ends[several].tolist(), strict=True):
        run = order[begin:end]
        parts = rows.parts[run]
        for part in range(1, 3):
            later, earlier = run[parts == part].tolist(), run[parts < part].tolist()
            if len(later) * len(earlier) <= PAIRS:
                pairs |= {(one, two) for one in later for two in earlier}
            if max(len(pairs), len(later) * len(earlier)) > PAIRS:
                raise ValueError(
                    f"no_copies_across_parts: more than {PAIRS} pairs of rows look alike in "
                    f"{', '.join(columns)}: raise `similarity`, or name columns that tell rows "
                    "apart"
                )


def _looked_up(
    rows: Rows, columns: Sequence[str], shingle: int, wanted: np.ndarray
) -> Iterator[tuple[int, tuple[str, np.ndarray]]]:
    """Yield side and name, and the distinct shingles, of some rows."""
    names = dict[int, str]()
    for place, batch in rows.batches(["row_id"]) if wanted.size else ():
        here = wanted[(wanted >= place.start) & (wanted < place.stop)]
        told = batch.column(0).take(pa.array(here - place.start)).to_pylist()
        names |= {
            n: f"{NAMES[rows.parts[n]]} {t}" for n, t in zip(here.tolist(), told, strict=True)
        }
    for numbers, hashes, starts in _shingles(rows, columns, shingle) if wanted.size else ():
        ends = np.append(starts[1:], hashes.size)
        for n in np.flatnonzero(np.isin(numbers, wanted)).tolist():
            number = int(numbers[n])
            yield number, (names[number], np.unique(hashes[starts[n] : ends[n]]))


def _shingles(
    rows: Rows, columns: Sequence[str], shingle: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield numbers of rows, hashes of their shingles, and where those of each row begin."""
    for place, batch in rows.batches(columns):
        texts = _texts(batch)
        numbers = np.flatnonzero(pc.greater(pc.utf8_length(texts), 0).to_numpy(False))
        padded = pc.utf8_rpad(texts.take(pa.array(numbers)), shingle)
        lengths = pc.utf8_length(padded).to_numpy(False).astype(np.int64)
        total = np.cumsum(lengths)
        begin = 0
        while begin < numbers.size:
            before = total[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(total, before + CHARACTERS, "right")))
            chosen = slice(begin, end)
            hashes, starts = _hashed(padded[begin:end], lengths[chosen], shingle)
            yield numbers[chosen] + place.start, hashes, starts
            begin = end


def _texts(batch: pa.RecordBatch) -> pa.Array:
    """Return the text of each row; none where nothing is there."""
    parts = [pc.fill_null(column.cast(pa.large_string()), "") for column in batch.columns]
    joined = pc.binary_join_element_wise(*parts, pa.scalar("\n", pa.large_string()))
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(joined), r"\s+", " "))


def _hashed(texts: pa.Array, lengths: np.ndarray, shingle: int) -> tuple[np.ndarray, np.ndarray]:
    """Return hashes of all shingles, and where those of each text begin."""
    content = "".join(texts.to_pylist()).encode("utf-32-le", "surrogatepass")
    characters = np.frombuffer(content, "<u4").astype(np.uint64)
    windows = characters.size - shingle + 1
    hashes = np.zeros(windows, np.uint64)
    for offset in range(shingle):
        hashes = _mixed(hashes * FACTOR + characters[offset : offset + windows])
    counts = lengths - shingle + 1
    ends = np.cumsum(lengths)
    inside = np.ones(characters.size, bool)
    for back in range(1, shingle):
        inside[ends - back] = False
    return _mixed(hashes[inside[:windows]]) * FACTOR, np.cumsum(counts) - counts


def _mixed(values: np.ndarray) -> np.ndarray:
    """Return a bijection of 64 bits in which the low ones depend on the high ones."""
    return values ^ (values >> np.uint64(32))
