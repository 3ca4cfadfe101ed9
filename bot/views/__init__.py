"""What presses do, one module a group. Importing this package registers all of them."""

from bot.views import aliases as aliases
from bot.views import answers as answers
from bot.views import audit as audit
from bot.views import builds as builds
from bot.views import edits as edits
from bot.views import feedback as feedback
from bot.views import gaps as gaps
from bot.views import help as help  # noqa: A004  a module beside the others
from bot.views import privacy as privacy
from bot.views import settings as settings
from bot.views import sources as sources
from bot.views import timelines as timelines
from bot.views import uploads as uploads
