"""What errors, notices and reports of a reindexing say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.app
from bot import render
from bot.languages import ENGLISH
from bot.layout import AMBER, BLUE, GREEN, GREY, RED, Page, fits
from bot.library import SlowSearchError, StillIndexingError
from bot.presses import NotYoursError
from bot.rules import AlreadyDoneError, NotAllowedError, TooSoonError
from index.errors import (
    ArchivistError,
    BusyError,
    CorpusError,
    DataFolderError,
    EmptyQueryError,
    IndexDamagedError,
    IndexMissingError,
    SettingsError,
    UnknownDocumentError,
)
from index.messages import say
from index.model import ReadingWarning, Skipped
from tests.bot import fakes
from tests.bot.test_markup import HOSTILE


def text_of(page: Page) -> str:
    return "\n".join(block for block in page.blocks if isinstance(block, str))


# ---------------------------------------------------------------- errors


def test_an_error_says_what_to_do_and_its_id() -> None:
    """Its kind, the sentence, escaped; the hint, in which commands stay code; the id, quietly."""
    error = ArchivistError("Nothing is called “<@1>`x`”.", hint="Use `/sources`.")
    lines = text_of(render.error_page(error, "1f2e", ENGLISH)).splitlines()
    assert lines == [
        r"**Error.** Nothing is called “\<\@1>\`x\`”.",
        "Use `/sources`.",
        "-# Error 1f2e",
    ]


@pytest.mark.parametrize(
    ("error", "colour", "kind"),
    [
        (NotAllowedError("Only the owner may."), GREY, "Not allowed."),
        (NotYoursError("It is another's."), GREY, "Not allowed."),
        (TooSoonError("Please wait."), AMBER, "Too soon."),
        (EmptyQueryError("The question is empty."), AMBER, "Not possible."),
        (AlreadyDoneError("You have done that already."), AMBER, "Not possible."),
        (StillIndexingError("Nothing yet."), BLUE, "Not now."),
        (BusyError("Another process reads."), BLUE, "Not now."),
        (SlowSearchError("It took too long."), RED, "Error."),
        (ArchivistError("It went wrong."), RED, "Error."),
    ],
)
def test_kinds_of_errors_differ_by_colour_and_first_words(
    error: ArchivistError, colour: int, kind: str
) -> None:
    page = render.error_page(error, "1f2e", ENGLISH)
    assert page.colour == colour
    assert text_of(page).startswith(f"**{kind}** ")


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (UnknownDocumentError("No."), "`/sources` lists all documents."),
        (IndexMissingError("No."), "An administrator can mend that with `/corpus reindex`."),
        (IndexDamagedError("No."), "An administrator can mend that with `/corpus reindex`."),
        (CorpusError("No."), "Please tell whoever runs this bot."),
        (DataFolderError("No."), "Please tell whoever runs this bot."),
        (SettingsError("No."), "Please tell whoever runs this bot."),
    ],
)
def test_nobody_in_discord_is_sent_to_a_terminal(error: ArchivistError, hint: str) -> None:
    """Hints that name a command of the terminal or a setting are replaced by what helps here."""
    shown = text_of(render.error_page(error, "1f2e", ENGLISH)).replace("\\", "")
    assert hint in shown
    assert "archivist" not in shown
    assert "--" not in shown


def test_no_kind_of_error_sends_readers_to_a_terminal() -> None:
    """Whatever is raised, by its own hint."""
    assert bot.app
    pending, kinds = [ArchivistError], set[type[ArchivistError]]()
    while pending:
        kind = pending.pop()
        kinds.add(kind)
        pending += kind.__subclasses__()
    assert len(kinds) > 20
    for kind in kinds:
        error = kind.__new__(kind)
        ArchivistError.__init__(error, "It went wrong.")
        vars(error).setdefault("channels", ())  # of `NotHereError`
        shown = text_of(render.error_page(error, "1f2e", ENGLISH))
        assert not re.search(r"archivist |ARCHIVIST_|--|\.env", shown), kind


def test_a_hint_for_discord_stays_as_it_is() -> None:
    error = UnknownDocumentError("No.", hint=say("Did you mean {title}?", title="Log"))
    assert "Did you mean Log?" in text_of(render.error_page(error, "1f2e", ENGLISH))


def test_an_error_without_a_hint_has_no_empty_line() -> None:
    page = render.error_page(TooSoonError("Please wait."), "1f2e", ENGLISH)
    assert text_of(page).splitlines() == ["**Too soon.** Please wait.", "-# Error 1f2e"]


@pytest.mark.parametrize("hint", ["`", "a ` b", "``", "`<@1>` and <@2>"])
def test_odd_code_marks_in_a_hint_do_no_harm(hint: str) -> None:
    page = render.error_page(ArchivistError("No.", hint=hint), "1f2e", ENGLISH)
    assert "<@2>" not in text_of(page)


# ---------------------------------------------------------------- reports


def test_a_report_names_what_changed_and_what_was_left_out() -> None:
    """Names of files with their warnings; settings files are no news."""
    made = fakes.report(
        skipped=(Skipped("bad.txt", "It is not text."), Skipped("corpus.toml", "", ignored=True)),
        warnings=(("log.txt", ReadingWarning("A note has no mark.", 12)),),
        unapplied=("Entry 4 has no event.",),
    )
    page = render.report_page(made, ENGLISH)
    message = text_of(page)
    assert page.colour == AMBER
    assert "2 documents · 9 passages · 4 events · 1 second · index 8" in message
    assert "**Added:** letter.txt" in message
    assert "- bad.txt: It is not text." in message
    assert "- log.txt: line 12: A note has no mark." in message
    assert "- Entry 4 has no event." in message
    assert "corpus.toml" not in message


def test_a_report_tells_what_was_read_and_where_it_is_torn() -> None:
    """Each document that was read has its counts, a warning its page."""
    read = replace(fakes.summary(), pages=21, notes=122, unlinked_notes=3)
    warned = (("log.txt", ReadingWarning("Torn.", page=4)),)
    message = text_of(render.report_page(fakes.report(read=(read,), warnings=warned), ENGLISH))
    counts = "21 pages, 2 sections, 122 notes, 3 notes without a mark, 4 passages, 3 events"
    assert f"- log.txt: {counts}" in message
    assert "- log.txt: p. 4: Torn." in message


def test_a_report_of_no_change_says_so() -> None:
    page = render.report_page(fakes.report(changed=False, added=()), ENGLISH)
    assert page.colour == GREEN
    assert "Nothing had changed." in text_of(page)


def test_a_note_of_ours_stands_first() -> None:
    page = render.report_page(fakes.report(), ENGLISH, note=say("It was under way."))
    assert text_of(page).startswith("It was under way.\n**")


def test_a_dry_run_says_that_nothing_was_written() -> None:
    """What would change is told as if it had, but for the index, which is the same."""
    message = text_of(render.report_page(fakes.report(), ENGLISH, dry_run=True))
    assert "A dry run: this would change. Nothing was written." in message
    assert "**Added:** letter.txt" in message
    assert "**Unchanged:** 1" in message
    assert "index 8" not in message


def test_a_dry_run_without_changes_says_so() -> None:
    made = fakes.report(changed=False, added=())
    assert "nothing would change" in text_of(render.report_page(made, ENGLISH, dry_run=True))


def test_a_document_of_a_server_is_named_without_the_servers_id() -> None:
    message = text_of(render.report_page(fakes.report(added=("123.letter",)), ENGLISH))
    assert "**Added:** letter" in message
    assert "123" not in message


ODD = st.one_of(
    st.tuples(HOSTILE, st.integers(1, 40)).map(lambda pair: (pair[0] * pair[1])[:4_000]),
    st.sampled_from(["", "🇲🇲" * 900, "`" * 900, "\u200b" * 900, "@everyone " * 400]),
)


@settings(max_examples=25, deadline=None)
@given(ODD, ODD, st.sampled_from([0, 1, 20, 60]))
def test_every_page_fits_whatever_is_in_it(text: str, title: str, count: int) -> None:
    made = fakes.report(
        added=(text,) * count,
        updated=(title,) * count,
        removed=(text,) * count,
        read=(replace(fakes.summary(), source=replace(fakes.source(), name=text)),) * count,
        skipped=(Skipped(text, title, text),) * count,
        warnings=((text, ReadingWarning(title, 3)),) * count,
        unapplied=(title,) * count,
    )
    assert fits(render.report_page(made, ENGLISH, note="It was under way.").blocks)
    assert fits(render.error_page(ArchivistError(text, hint=title), "abc", ENGLISH).blocks)
