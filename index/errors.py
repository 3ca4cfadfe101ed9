"""What can go wrong on purpose: each error says, for readers, what it is, why, and what to do.

ArchivistError
├── InputError                a value that was given can't be used (exit code 1, a private reply)
│   ├── EmptyQueryError
│   ├── QueryTooLongError
│   ├── UnreadableDateError
│   ├── UnknownDocumentError
│   └── GonePassageError      what an answer showed earlier is no longer in the documents
├── SettingsError             the environment, `.env` or a file of settings is wrong
├── CorpusError               the corpus folder as a whole can't be used
├── DocumentFormatError       one file can't be read; the others still are
├── IndexMissingError         nothing has been built yet
├── IndexDamagedError         a generation that can't be loaded, or a quote that isn't in its document
├── DataFolderError           the data folder can't be written or used
│   └── OtherCorpusError      it holds the index of another corpus
└── BusyError                 another process holds the data folder

Text and hint are shown to readers in Discord too, so they never hold a token, a traceback or a
machine's path; the terminal adds the path it was given where that helps.
"""

from index.messages import Message, as_message, joined


class ArchivistError(Exception):
    """Raised on purpose. ``str(error)`` is one sentence that says what and why; ``hint`` what to do."""

    hint = "Please tell whoever runs this bot."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint

    @property
    def message(self) -> str:
        """What ``str(error)`` is; a `Message` where it was raised with one."""
        message = self.args[0] if self.args else ""
        return message if isinstance(message, str) else str(message)

    @property
    def sentence(self) -> Message:
        """The message and what to do about it, as one line."""
        return joined(as_message(self.message), as_message(self.hint))


class InputError(ArchivistError):
    """A value that a person gave can't be used."""

    hint = "Please change it and try again."


class EmptyQueryError(InputError):
    hint = "Type a question in your own words, or just the words that matter."


class QueryTooLongError(InputError):
    hint = "Please shorten it to the words that matter."


class UnreadableDateError(InputError):
    hint = ""  # its sentence gives examples


class UnknownDocumentError(InputError):
    hint = "`archivist sources` or `/sources` lists the documents."


class GonePassageError(InputError):
    hint = "It was changed or removed since; ask the question again."


class SettingsError(ArchivistError):
    hint = "`.env.example` explains each setting."


class CorpusError(ArchivistError):
    hint = "Put documents into the corpus folder, or name another with --corpus."


class DocumentFormatError(ArchivistError):
    hint = "Replace or remove this file; the others are indexed."


class IndexMissingError(ArchivistError):
    hint = "Run `archivist index build`, then try again."


class IndexDamagedError(ArchivistError):
    hint = "Run `archivist index build --full`, then try again."


class DataFolderError(ArchivistError):
    hint = "Choose a folder that you may write to with --data or ARCHIVIST_DATA."


class OtherCorpusError(DataFolderError):
    hint = "Name another with --data, or run `archivist index build` to change over."


class BusyError(ArchivistError):
    hint = "Wait until it has finished, then try again."
