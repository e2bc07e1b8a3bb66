"""What a preset is: tables that somebody published, and what they ask of who uses them."""

from collections.abc import Mapping
from dataclasses import dataclass

from trunkline.settings.files import Csv, Idx, Images


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Published data: its tables, each as the source that a user could have written.

    Attributes:
        title: what it is.
        page: of its makers.
        licence: what may be done with it.
        citation: what its makers ask to be cited.
        checked: where its SHA-256 were published by others, or nothing.
        parts: by name; a file whose SHA-256 nobody published has none.
    """

    title: str
    page: str
    licence: str
    citation: str
    checked: str
    parts: Mapping[str, Csv | Idx | Images]
