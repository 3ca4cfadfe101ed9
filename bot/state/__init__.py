"""What the bot remembers: settings, documents, edits, builds, what people report. A SQLite file that
no build touches."""

from bot.state.documents import NameTakenError
from bot.state.feedback import TooMuchFeedbackError
from bot.state.file import MissingError, StateError
from bot.state.kept import KEPT, Kept
from bot.state.store import State, open_state
from bot.state.values import (
    GRACE,
    LONGEST_TEXT,
    UNDO,
    About,
    AliasGroup,
    Asking,
    AuditLine,
    BuildKind,
    BuildLine,
    BuildOutcome,
    By,
    CorrectionKind,
    Deleted,
    Feedback,
    FeedbackKind,
    Grant,
    Length,
    Open,
    Purged,
    Reason,
    ServerSettings,
    StoredCorrection,
    Upload,
    Usage,
)

__all__ = [
    "GRACE",
    "KEPT",
    "LONGEST_TEXT",
    "UNDO",
    "About",
    "AliasGroup",
    "Asking",
    "AuditLine",
    "BuildKind",
    "BuildLine",
    "BuildOutcome",
    "By",
    "CorrectionKind",
    "Deleted",
    "Feedback",
    "FeedbackKind",
    "Grant",
    "Kept",
    "Length",
    "MissingError",
    "NameTakenError",
    "Open",
    "Purged",
    "Reason",
    "ServerSettings",
    "State",
    "StateError",
    "StoredCorrection",
    "TooMuchFeedbackError",
    "Upload",
    "Usage",
    "open_state",
]
