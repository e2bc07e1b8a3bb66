"""SVG files made fit to stand in one page: ids that do not clash, colours that follow the theme."""

import re

from markupsafe import Markup

from trunkline.reports import names

_AROUND = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*?viewBox=\"([^\"]+)\"[^>]*>")
_USED = re.compile(r"(?:url\(|href=\")#([^)\"]+)")
_ID = re.compile(r' id="([^"]+)"')
# The page's style sheet gives these their values, one set for light and one for dark.
_THEME = {
    names.INK: "ink",
    names.MUTED: "muted",
    names.RULE: "rule",
    names.PAPER: "card",
    names.BLUE: "blue",
    names.VERMILION: "vermilion",
    names.GREEN: "green",
    names.PURPLE: "purple",
    names.SKY: "sky",
}


def embed(svg: str, name: str, description: str) -> Markup:
    """Return an SVG file as an element of a page, read aloud as `description`.

    Args:
        svg: text of an SVG file.
        name: unique on the page; all ids of the figure start with it.
        description: what the figure shows.

    Raises:
        ValueError: the text holds no `<svg>` element with a view box.
    """
    text = _STYLE.sub("", _AROUND.sub("", svg))
    root = _ROOT.search(text)
    if root is None:
        raise ValueError(
            f"Expected the figure {name} to be an SVG file with a viewBox. Received: {svg[:40]!r}. "
            "Draw it with matplotlib's SVG backend."
        )
    body = _renamed(text[root.end() :], name)
    for colour, variable in _THEME.items():
        body = body.replace(colour, f"var(--{variable})")
    start = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}" role="img" aria-label="{}">'
    )
    return start.format(root.group(1), description) + Markup(_tight(body))  # noqa: S704 - drawn by us, text as paths


def _renamed(body: str, name: str) -> str:
    """Prefix the ids that something refers to, drop the others."""
    used = set(_USED.findall(body))
    body = _ID.sub(lambda m: f' id="{name}.{m.group(1)}"' if m.group(1) in used else "", body)
    body = body.replace("url(#", f"url(#{name}.").replace('href="#', f'href="#{name}.')
    return body.replace("xlink:href", "href")


def _tight(body: str) -> str:
    body = re.sub(r"\s*\n\s*", "\n", body)
    return re.sub(r" \n|\n(?=[^<])", " ", body).replace("\n", "").strip()
