"""Which model makes the lists: the best on validation of those that can make what is asked for."""

from collections.abc import Sequence

from trunkline.recommending import registry
from trunkline.settings.recommending.lists import Lists


def lister(names: Sequence[str], options: Lists) -> tuple[str, tuple[str, ...]]:
    """Return the model that makes the lists, and a note where it is not the best on validation.

    Args:
        names: models that list, the best on validation first.
        options: what lists are like; some of it looks at factors of items, which few models have.

    Raises:
        ValueError: factors are needed, and no model has any.
    """
    asked = options.by_factors
    able = [name for name in names if not asked or name in registry.FACTORS]
    if not able:
        raise ValueError(
            f"lists.{asked[0]} looks at factors of items, and none of the models "
            f"({', '.join(names)}) has any: leave it out, or name one of "
            f"{', '.join(registry.FACTORS)}"
        )
    if able[0] == names[0]:
        return names[0], ()
    return able[0], (
        f"lists.{asked[0]} looks at factors of items, which '{names[0]}', the best on the "
        f"validation rows, does not have: the lists are made by '{able[0]}', the best of those "
        "that do",
    )
