"""A site of many equal halls, each with all that a hall needs: what grows when racks grow is the whole site."""

from __future__ import annotations

import copy
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.scenario.load import load
from twin.scenario.scenario import Scenario


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Copy plain data with every name in `names` replaced, as a key, as a value and in lists."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [renamed(entry, names) for entry in value]
    return names.get(value, value) if isinstance(value, str) else value


def many_halls(count: int) -> Scenario:
    """`hall-2mw` `count` times over on the same two feeds: buses, generators, UPS, racks, hall and plant of its own."""
    from ruamel.yaml import YAML

    one = load("hall-2mw").resolved()
    site = copy.deepcopy(one)
    site["name"] = "many-halls"
    groups = (
        ("electrical", "buses"), ("electrical", "generators"), ("electrical", "ups"), ("racks",),
        ("cooling", "halls"), ("cooling", "plants"),
    )  # fmt: skip
    for path in groups:
        part, whole = one, site
        for key in path[:-1]:
            part, whole = part[key], whole[key]
        whole[path[-1]] = {}
    for k in range(1, count + 1):
        own = [
            name for path in groups for name in (one[path[0]] if len(path) == 1 else one[path[0]][path[1]])
        ]
        names = {name: f"{name}-{k}" for name in own}
        for path in groups:
            part, whole = one, site
            for key in path[:-1]:
                part, whole = part[key], whole[key]
            whole[path[-1]] |= renamed(part[path[-1]], names)
    text = io.StringIO()
    YAML(typ="safe").dump(site, text)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "many-halls.yaml"
        file.write_text(text.getvalue(), encoding="utf-8")
        return load(file)
