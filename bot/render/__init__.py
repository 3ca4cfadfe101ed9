"""What the index says -> pages of `bot.layout`. Pure; every word of a document or a person is escaped."""

from bot.render.answers import MOST, PASSAGES_SHOWN, answer_page
from bot.render.reports import error_page, hint_here, notice_page, report_page
from bot.render.sources import sources_page
from bot.render.timelines import timeline_page

__all__ = [
    "MOST",
    "PASSAGES_SHOWN",
    "answer_page",
    "error_page",
    "hint_here",
    "notice_page",
    "report_page",
    "sources_page",
    "timeline_page",
]
