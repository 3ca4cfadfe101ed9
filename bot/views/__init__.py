"""What presses do, one module a group. Importing this package registers all of them."""

from bot.views import answers as answers
from bot.views import feedback as feedback
from bot.views import help as help  # noqa: A004  a module beside the others
from bot.views import privacy as privacy
from bot.views import settings as settings
from bot.views import sources as sources
from bot.views import timelines as timelines
