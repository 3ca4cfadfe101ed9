"""A timeline as a file: pure functions, the same bytes for the same timeline.

Text formats: `to_csv`, `to_ics`, `to_timelinejs`, `to_markdown`. The page and the chart stand in
modules of their own, `html_page` and `chart`, since they need more.

Each goes over the certain and the possible events in their order. Nothing from a document acts in
the program that opens the file: formulas, markup, mentions and control characters are disarmed.
"""

from index.timeline.export.calendar_file import Calendar, to_ics
from index.timeline.export.markdown import to_markdown
from index.timeline.export.sheet import to_csv
from index.timeline.export.timelinejs import to_timelinejs

__all__ = ["Calendar", "to_csv", "to_ics", "to_markdown", "to_timelinejs"]
