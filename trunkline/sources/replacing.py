"""Words of a text that are written otherwise before it is cut into rows, as it streams by."""

import re
from collections.abc import Mapping


class Replacing:
    """Replaces words wherever they stand, also where a block ends within one.

    Args:
        words: `{word: what stands in its place}`; of two that begin alike the longer one counts.

    Example:
        >>> replacing = Replacing({"::": ";"})
        >>> replacing.feed("a::b:") + replacing.feed(":c", final=True)
        'a;b;c'
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        longest = sorted(words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)))
        self._reach = max(map(len, words), default=1) - 1
        self._held = ""

    def feed(self, text: str, *, final: bool = False) -> str:
        """Return what is settled of the text so far; the rest comes with the next one."""
        if not self._words:
            return text
        text = self._held + text
        end = len(text) if final else max(len(text) - self._reach, 0)
        parts, done = [], 0
        for found in self._pattern.finditer(text):
            if found.start() >= end:
                break
            parts += [text[done : found.start()], self._words[found[0]]]
            done = found.end()
        cut = max(done, end)
        self._held = text[cut:]
        return "".join([*parts, text[done:cut]])
