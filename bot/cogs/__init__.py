"""Discord commands, one file a group. They defer, call the library, render, and show."""

from bot.cogs.cite import Cite
from bot.cogs.corpus import Corpus
from bot.cogs.help import Help
from bot.cogs.privacy import Privacy
from bot.cogs.questions import Questions
from bot.cogs.settings import Settings
from bot.cogs.sources import Sources
from bot.cogs.timeline import Timelines

COGS = (Questions, Timelines, Sources, Cite, Help, Corpus, Privacy, Settings)
