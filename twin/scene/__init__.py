"""The hall in three dimensions, from a result file only."""

from twin.scene.command import view_command
from twin.scene.page import scene_section, write_page
from twin.scene.rendering import rendering

__all__ = ["rendering", "scene_section", "view_command", "write_page"]
