"""Discord commands, one file a group. They defer, call the library, render, and show."""

from bot.cogs.aliases import Aliases
from bot.cogs.audit import Audit
from bot.cogs.cite import Cite
from bot.cogs.corpus import Corpus
from bot.cogs.diagnose import Diagnose
from bot.cogs.gaps import Gaps
from bot.cogs.help import Help
from bot.cogs.privacy import Privacy
from bot.cogs.questions import Questions
from bot.cogs.settings import Settings
from bot.cogs.sources import Sources
from bot.cogs.timeline import Timelines
from bot.cogs.timeline_edit import TimelineEdit

COGS = (
    *(Questions, Timelines, Sources, Cite, Help, Privacy),
    *(Corpus, TimelineEdit, Aliases, Gaps, Settings, Audit, Diagnose),  # administrators'
)
