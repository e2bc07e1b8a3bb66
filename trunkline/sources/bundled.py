"""Real data that ships with scikit-learn."""

import numpy as np
import pandas as pd
from sklearn import datasets


def digits() -> pd.DataFrame:
    """Return 1,797 handwritten digits of 13 people, 8 x 8 pixels each.

    The test part of the "Optical Recognition of Handwritten Digits" of E. Alpaydin and
    C. Kaynak, UCI Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49.

    Returns:
        `pixel_00` to `pixel_63`, int16 from 0 (white) to 16 (black), row by row; `digit`, int64
        from 0 to 9.
    """
    bunch = datasets.load_digits()
    names = [f"pixel_{place:02d}" for place in range(bunch.data.shape[1])]
    frame = pd.DataFrame(bunch.data.astype(np.int16), columns=names)
    frame["digit"] = bunch.target.astype(np.int64)
    return frame
