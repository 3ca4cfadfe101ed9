"""What the bot remembers: settings, and what people report. A SQLite file that no build touches."""

from bot.state.kept import KEPT, Kept
from bot.state.store import State, StateError, open_state
from bot.state.values import (
    LONGEST_TEXT,
    Deleted,
    Feedback,
    FeedbackKind,
    Reason,
    ServerSettings,
)

__all__ = [
    "KEPT",
    "LONGEST_TEXT",
    "Deleted",
    "Feedback",
    "FeedbackKind",
    "Kept",
    "Reason",
    "ServerSettings",
    "State",
    "StateError",
    "open_state",
]
