"""Names that were probably meant."""

from trunkline.settings import naming


def test_the_nearest_name_is_offered() -> None:
    """A misspelt name brings the one it is nearest to."""
    assert naming.nearest("fine_tun", ["scratch", "fine_tune"]) == "; did you mean 'fine_tune'?"


def test_without_a_near_name_all_are_listed() -> None:
    """A strange name brings all names there are, or nothing where there are none."""
    assert naming.nearest("maml", ["scratch"]) == ""
    assert naming.suggestion("maml", ["scratch"]) == "; there are 'scratch'"
    assert naming.suggestion("maml", []) == ""
