"""The hall in three dimensions, from a result file only."""

from twin.scene.command import view_command
from twin.scene.page import scene_section, write_page
from twin.scene.rendering import way_to_draw

__all__ = ["scene_section", "view_command", "way_to_draw", "write_page"]
