"""A source is read by its kind."""

from trunkline.settings.dataset import Bundled, Latent
from trunkline.sources import reading


def test_each_kind_is_read() -> None:
    """Each kind of source gives its own table, without names of rows."""
    digits = reading.read(Bundled(kind="bundled", name="digits"), 1)
    latent = reading.read(Latent(kind="latent", rows=10, features=3), 1)
    assert digits.shape == (1797, 65)
    assert latent.shape == (20, 9)
    assert "row_id" not in {*digits, *latent}
