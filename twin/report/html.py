"""What every page is made of: the template, the style, figures with their captions; nothing from a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs


def rendered(template: str, **values: Any) -> str:
    """Return the HTML text of a template that extends `base.html.j2`, with all that it needs inside."""
    text: str = (
        _environment()
        .get_template(template)
        .render(
            style=Markup(_asset("style.css")),
            script=Markup(_asset("page.js")),
            plotly=Markup(get_plotlyjs()),
            **values,
        )
    )
    return text


def fragment(template: str, **values: Any) -> Markup:
    """Return the HTML of a template that is a part of a page."""
    return Markup(_environment().get_template(template).render(**values))


def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader("twin.report", ""), PackageLoader("twin.scene", "")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def embedded(made: go.Figure | None, name: str) -> list[tuple[Markup, str]]:
    """Return the figure as HTML with its caption, in a list that is empty when there is none."""
    if made is None:
        return []
    config = {"displaylogo": False, "responsive": True, "displayModeBar": False}
    html = made.to_html(full_html=False, include_plotlyjs=False, config=config, div_id=f"figure-{name}")
    return [(Markup(html), str(made.layout.meta["caption"]))]


def _asset(name: str) -> str:
    # Style and script are templates by their ending only: package data of the kinds the project ships.
    return (Path(__file__).parent / f"{name}.j2").read_text(encoding="utf-8")
