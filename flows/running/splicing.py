"""Change one value in the text of a YAML file, and not another byte.

A round trip through a YAML library folds long lines and moves braces. Here the parser says where a
value stands, and only that piece of the text is replaced; then both texts are parsed and compared.
"""

import re
from collections.abc import Sequence
from typing import Any

import ruamel.yaml
from ruamel.yaml import nodes

from flows.running import literals
from trunkline.settings import naming

PATH = re.compile(r"[^.\[\]]+(\[\d+\])*(\.[^.\[\]]+(\[\d+\])*)*")

NOTHING = re.compile(r"(?:\s+#[^\n]*)*\s*\Z")  # comments and space up to an end


def steps(path: str) -> list[str]:
    """Return the names and indices of a dotted path.

    Raises:
        ValueError: it is no such path.

    Example:
        >>> steps("studies.digits.budgets[0]")
        ['studies', 'digits', 'budgets', '0']
    """
    if not PATH.fullmatch(path):
        raise ValueError(
            f"expected names with a dot between them, such as studies.digits.repeats, and indices "
            f"such as budgets[0]; received '{path}'"
        )
    return re.findall(r"[^.\[\]]+", path)


def compose(text: str) -> Any:
    """Return the nodes of a text, each of which knows its place; None if there is nothing in it.

    Raises:
        ValueError: as `literals.read` does.
    """
    literals.read(text)  # repeated keys show only here
    return ruamel.yaml.YAML(typ="safe", pure=True).compose(text)


def find(root: Any, path: str) -> Any:
    """Return the node at a path.

    Raises:
        ValueError: there is none; the message says what there is.
    """
    node, place, names = root, "", steps(path)
    for depth, name in enumerate(names):
        if isinstance(node, nodes.MappingNode):
            known = {key.value: value for key, value in node.value}
            _refuse_dots(place, names[depth:], known)
        elif isinstance(node, nodes.SequenceNode):
            known = {str(index): value for index, value in enumerate(node.value)}
        else:
            raise ValueError(f"{place or 'the whole'}: expected entries, but it holds none")
        place = f"{place}.{name}".removeprefix(".")
        if name not in known:
            hint = naming.suggestion(name, list(known)) or "; there is nothing in it"
            raise ValueError(f"{place}: unknown key{hint}")
        node = known[name]
    return node


def _refuse_dots(place: str, rest: Sequence[str], known: dict[str, Any]) -> None:
    """Refuse a key that has a dot in its name: DVC would look it up in two steps."""
    for length in range(2, len(rest) + 1):
        name = ".".join(rest[:length])
        if name in known:
            inside = f"{place}: " if place else ""
            raise ValueError(
                f"{inside}the key '{name}' has a dot in its name, which reads as two keys; "
                f"rename it in the file"
            )


def replace(text: str, path: str, value: object) -> str:
    """Return the text with another value at a path; the same text when the value stands there.

    Raises:
        ValueError: the path is unknown, the value is none of JSON's, or the place cannot be
            changed alone.
    """
    before, new = compose(text), literals.written(value)
    node, wanted = find(before, path), compose(new)
    if _content(node) == _content(wanted):
        return text
    start, end = _span(text, node)
    for margin in ("", " "):  # `key:` and a list that is not indented need one before the value
        result = text[:start] + margin + new + text[end:]
        if _places(result, path, wanted, before):
            return result
    raise ValueError(
        f"{path}: cannot be changed alone, because it stands for other places too (an anchor '&', "
        f"an alias '*' or a merge '<<'); change the file by hand"
    )


def _places(result: str, path: str, wanted: Any, before: Any) -> bool:
    """Return whether a text holds what is wanted at a path, and all else as before."""
    try:
        after = ruamel.yaml.YAML(typ="safe", pure=True).compose(result)
    except ruamel.yaml.error.YAMLError:
        return False
    hole = steps(path)
    return bool(
        _content(after, hole) == _content(before, hole)
        and _content(find(after, path)) == _content(wanted)
    )


def shown(text: str, path: str) -> str:
    """Return what stands at a path, on one line."""
    start, end = _span(text, find(compose(text), path))
    return " ".join(text[start:end].split())


def is_block(node: Any) -> bool:
    """Return whether a node is a list or a mapping without brackets or braces."""
    return isinstance(node, nodes.CollectionNode) and not node.flow_style


def _span(text: str, node: Any) -> tuple[int, int]:
    """Return where a node's text begins and ends; a block's own end is that of what follows it."""
    last = node
    while is_block(last):
        last = last.value[-1][1] if isinstance(last, nodes.MappingNode) else last.value[-1]
    start, end = node.start_mark.index, last.end_mark.index
    if start == end:  # nothing after `key:`; the parser's mark is behind the comments that follow
        end = start = len(NOTHING.sub("", text[:start]))
    return start, start + len(text[start:end].rstrip())


def _content(node: Any, hole: Sequence[str] | None = None) -> Any:
    """Return what a node holds, without its layout, and without what is at the path `hole`."""
    if hole is not None and not hole:
        return None
    if isinstance(node, nodes.ScalarNode):
        return node.tag, node.value
    entries = node.value
    if isinstance(node, nodes.SequenceNode):
        entries = [(nodes.ScalarNode("", str(index)), entry) for index, entry in enumerate(entries)]
    return node.tag, [
        (_content(key), _content(value, hole[1:] if hole and key.value == hole[0] else None))
        for key, value in entries
    ]
