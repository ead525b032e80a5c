"""The report: one self-contained HTML file, made from the result file alone; it opens without a network."""

from twin.report.page import write_report

__all__ = ["write_report"]
