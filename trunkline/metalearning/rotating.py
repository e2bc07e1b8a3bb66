"""Principal components by Jacobi's rotations, with the same bits on every processor.

LAPACK and BLAS add in an order that their kernel chooses; where two eigenvalues are close, or two
loadings alike, other last digits are another picture. Here are elementwise operations alone, in one
order.

Shapes: N rows, d numbers of each; n rows and columns of a symmetric matrix.
"""

import numpy as np

SWEEPS = 30  # at most; ten are enough, for in the end each squares what is beside the diagonal
SPREAD = 1e-12  # of the first component's: less is what single precision leaves of none
_Pairs = tuple[np.ndarray, np.ndarray]


def principal(centred: np.ndarray, count: int) -> np.ndarray:
    """Return the first components of rows [N, d] whose mean is 0, [N, count].

    The largest loading of each is positive. A component without any spread is 0.

    Of X X^T = U L U^T the components are U L^(1/2), of X^T X = V L V^T they are X V: it is the
    smaller of both that is rotated.

    Args:
        centred: float64 [N, d].
        count: at most d.
    """
    found = np.zeros((len(centred), count))
    turned = np.ascontiguousarray(centred.T)
    by_rows = len(centred) < len(turned)
    values, vectors = eigenvectors(gram(centred if by_rows else turned))
    for place in range(min(count, len(values))):
        value, vector = values[place], vectors[place]
        if value <= SPREAD * values[0]:
            break
        loadings = _weighted(centred, vector) if by_rows else vector
        component = vector * np.sqrt(value) if by_rows else _weighted(turned, vector)
        found[:, place] = component * np.sign(loadings[np.abs(loadings).argmax()])
    return found


def eigenvectors(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues [n], the largest first, and eigenvectors [n, n], row by row.

    In a sweep each pair p < q is rotated once, n / 2 pairs at a time that share nothing:
    t = sign(z) / (|z| + sqrt(z^2 + 1)), z = (a_qq - a_pp) / (2 a_pq), c = (t^2 + 1)^(-1/2), s = t c
    make a_pq zero. The sign of a vector is not told.

    Args:
        matrix: float64 [n, n], symmetric and finite.

    Example:
        >>> eigenvectors(np.array([[1.0, 0.0], [0.0, 3.0]]))[0].tolist()
        [3.0, 1.0]

    References:
        Jacobi 1846, Über ein leichtes Verfahren; Golub and Van Loan, Matrix Computations, 4th
        edition, section 8.5 (the cyclic method, and rotations side by side).
    """
    size = len(matrix)
    values, vectors = np.array(matrix, np.float64), np.eye(size)
    scale = float(np.abs(values).max(initial=0.0))
    if scale:
        values /= scale
    rounds = _rounds(size)
    for _ in range(SWEEPS):
        if _settled(values):
            break
        for pairs in rounds:
            cosine, sine = _angles(values, pairs)
            half = _rotated(values, pairs, cosine, sine)
            values = _rotated(np.ascontiguousarray(half.T), pairs, cosine, sine)
            values[pairs] = values[pairs[::-1]] = 0.0
            vectors = _rotated(vectors, pairs, cosine, sine)
    found = np.diagonal(values).copy() * scale
    order = np.argsort(-found, kind="stable")
    return found[order], vectors[order]


def gram(rows: np.ndarray) -> np.ndarray:
    """Return X X^T of X [n, d], summed column after column."""
    total = np.zeros((len(rows), len(rows)))
    for column in np.ascontiguousarray(rows.T):
        total += column[:, None] * column
    return total


def _weighted(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the sum of rows [n, d] times weights [n], row after row: [d]."""
    total = np.zeros(rows.shape[1])
    for row, weight in zip(rows, weights, strict=True):
        total += row * weight
    return total


def _rounds(size: int) -> list[_Pairs]:
    """Return rounds of pairs without a common member; each pair is in one: a tournament."""
    players = list(range(size + size % 2))
    found = []
    for _ in range(len(players) - 1):
        half = len(players) // 2
        met = zip(players[:half], reversed(players[half:]), strict=True)
        pairs = sorted((min(pair), max(pair)) for pair in met if max(pair) < size)
        if pairs:
            first, second = zip(*pairs, strict=True)
            found.append((np.array(first), np.array(second)))
        players = [players[0], players[-1], *players[1:-1]]
    return found


def _settled(values: np.ndarray) -> bool:
    """Return whether nothing beside the diagonal would change a digit of it."""
    beside = np.abs(values - np.diag(np.diagonal(values)))
    return bool(beside.max(initial=0.0) <= 1e-300 + 1e-18 * np.abs(values).max(initial=0.0))


def _angles(values: np.ndarray, pairs: _Pairs) -> _Pairs:
    """Return cosine and sine of each pair's rotation; 1 and 0 where there is nothing to do."""
    first, second = pairs
    beside = values[first, second]
    still = np.abs(beside) < 1e-150  # of at most 1: below, z has a square beyond all numbers
    beside = np.where(still, 1.0, beside)
    z = (values[second, second] - values[first, first]) / (2.0 * beside)
    size = np.abs(z)
    tangent = np.where(z < 0, -1.0, 1.0) / (size + np.sqrt(size * size + 1.0))
    tangent = np.where(still, 0.0, tangent)
    cosine = 1.0 / np.sqrt(tangent * tangent + 1.0)
    return cosine, tangent * cosine


def _rotated(rows: np.ndarray, pairs: _Pairs, cosine: np.ndarray, sine: np.ndarray) -> np.ndarray:
    """Return rows, of which each pair is turned: r_p c - r_q s and r_p s + r_q c."""
    turned, (first, second) = np.array(rows), pairs
    one, other, c, s = rows[first], rows[second], cosine[:, None], sine[:, None]
    turned[first], turned[second] = one * c - other * s, one * s + other * c
    return turned
