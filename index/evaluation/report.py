"""The report of an evaluation: a page, the same in Markdown, and the run itself as JSON."""

from __future__ import annotations

from index.evaluation.comparing import Comparison
from index.evaluation.markdown import to_markdown
from index.evaluation.measuring import Evaluation
from index.evaluation.page import to_html
from index.evaluation.runs import About, to_json
from index.evaluation.saving import NAMES


def report_files(
    evaluation: Evaluation, about: About, comparison: Comparison | None = None
) -> dict[str, str]:
    """The three files, by name; the same for the same values."""
    markdown, page, run = NAMES
    return {
        markdown: to_markdown(evaluation, about, comparison),
        page: to_html(evaluation, about, comparison),
        run: to_json(evaluation, about),
    }
