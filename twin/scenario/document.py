"""A YAML file as plain data, with the line of every key: what error messages point at.

The node graph is composed by ruamel.yaml and turned into plain dicts, lists and scalars here, so that
stamps stay the text the user wrote and every duplicate key is reported at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.errors import InputError, Problem

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

Key = tuple[str | int, ...]

# A scenario is written by hand; what is larger was not meant to be one.
_LARGEST_FILE = 4_000_000
_MOST_NODES = 400_000


@dataclass(frozen=True)
class Mark:
    """Where a key was written."""

    file: str
    line: int | None = None


@dataclass
class Document:
    """Plain data read from YAML, and where each key of it was written.

    Attributes
    ----------
    data : dict
        Mappings, lists and scalars only. Dates are text.
    marks : dict
        Path of a key -> where it stands.
    """

    data: dict[str, Any]
    marks: dict[Key, Mark] = field(default_factory=dict)

    def mark(self, key: Key) -> Mark:
        """Return where `key`, or its nearest parent that was written, stands."""
        while key and key not in self.marks:
            key = key[:-1]
        return self.marks.get(key, Mark("scenario"))

    def problem(self, key: Key, message: str) -> Problem:
        """Return `message` as a problem at `key`."""
        where = self.mark(key)
        return Problem(message, where.file, where.line, ".".join(str(part) for part in key) or None)


def read(path: Path) -> Document:
    """Read the YAML mapping in `path`.

    Raises
    ------
    InputError
        When the file is missing, a folder, not UTF-8, not YAML, empty, or not a mapping; or has duplicate
        keys.
    """
    name = str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("there is no such file", name)) from None
    except IsADirectoryError:
        raise InputError(Problem("this is a folder, a YAML file was expected", name)) from None
    except (OSError, ValueError) as error:
        raise InputError(Problem(f"the file cannot be read ({error})", name)) from None
    if len(raw) > _LARGEST_FILE:
        raise InputError(Problem(f"the file is larger than {_LARGEST_FILE // 1_000_000} MB", name))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(Problem("not UTF-8 text: a YAML file was expected", name, line)) from None
    return parse(text, name)


def parse(text: str, name: str) -> Document:
    """Parse YAML `text`; `name` is what messages call it. Raises InputError like `read`."""
    root = _compose(text, name)
    if root is None:
        raise InputError(Problem("the file is empty, a mapping was expected", name))
    build = _Build(name)
    data = build.value(root, ())
    if build.problems:
        raise InputError(build.problems)
    if not isinstance(data, dict):
        raise InputError(Problem("a mapping (key: value) was expected at the top level", name, 1))
    return Document(data, build.marks)


def scalar(text: str, name: str) -> Any:
    """Parse a YAML value, such as the right-hand side of `--set`."""
    root = _compose(text, name)
    if root is None:
        return None
    build = _Build(name)
    value = build.value(root, ())
    if build.problems:
        raise InputError(build.problems)
    return value


def _compose(text: str, name: str) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "this is not YAML"
        raise InputError(Problem(f"not valid YAML: {what}", name, mark.line + 1 if mark else None)) from None
    except RecursionError:
        raise InputError(Problem("nested too deeply", name)) from None
    # The scanner trips over its own feet on some damaged text; whatever it says, the text is not YAML.
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, AssertionError) as error:
        raise InputError(Problem(f"not valid YAML: {error}", name)) from None
    return node


class _Build:
    """Turns nodes into plain data, noting lines and collecting problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[Key, Mark] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Node, key: Key) -> Any:
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        self.marks.setdefault(key, Mark(self.name, node.start_mark.line + 1))
        self._count += 1
        if self._count > _MOST_NODES or id(node) in self._open or len(key) > 60:
            why = "refers to itself" if id(node) in self._open else "the file holds too many values"
            raise InputError(Problem(why, self.name, node.start_mark.line + 1))
        if isinstance(node, ScalarNode):
            return self._scalar(node, key)
        self._open.add(id(node))
        built: Any = None
        if isinstance(node, MappingNode):
            built = self._mapping(node, key)
        elif isinstance(node, SequenceNode):
            built = [self.value(item, (*key, index)) for index, item in enumerate(node.value)]
        self._open.discard(id(node))
        return built

    def _mapping(self, node: Any, key: Key) -> dict[str, Any]:
        """Return a mapping; `<<: *anchor` (or a list of anchors) lies below its own keys."""
        built: dict[str, Any] = {}
        for key_node, below in node.value:
            if key_node.value == "<<":
                line = key_node.start_mark.line + 1
                merged = self.value(below, key)
                for part in reversed(merged) if isinstance(merged, list) else [merged]:
                    if isinstance(part, dict):
                        built |= part
                    else:
                        self.problems.append(Problem("<< merges a mapping", self.name, line))
        built |= dict(self._items(node, key))
        return built

    def _items(self, node: Any, key: Key) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            name = key_node.value
            if name == "<<":
                continue
            if not isinstance(name, str):
                self.problems.append(Problem("a key must be text", self.name, line))
                continue
            path = (*key, name)
            if name in first:
                message = f"duplicate key, first on line {first[name]}"
                self.problems.append(Problem(message, self.name, line, ".".join(map(str, path))))
                continue
            first[name] = line
            self.marks[path] = Mark(self.name, line)
            yield name, self.value(value_node, path)

    def _scalar(self, node: Any, key: Key) -> Any:
        tag = str(node.tag).rpartition(":")[2]
        text: str = node.value
        try:
            if tag == "null":
                return None
            if tag == "bool":
                return text.lower() in ("true", "yes", "on")
            if tag == "int":
                return int(text.replace("_", ""), 0 if text.lstrip("+-")[:2] in ("0x", "0o") else 10)
            if tag == "float":
                return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            where = ".".join(map(str, key)) or None
            shown = text if len(text) < 40 else text[:37] + "..."
            self.problems.append(
                Problem(f"cannot read the number {shown!r}", self.name, node.start_mark.line + 1, where)
            )
        return text
