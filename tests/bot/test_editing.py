"""What an edit would do, looked up in the documents: nothing is changed by asking."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot import editing
from bot.editing import (
    AlreadySaidError,
    NameFound,
    NoSuchEventError,
    Proposal,
    QuoteNotFoundError,
    check_names,
    choose_collection,
    collection_name,
    near_quotes,
    offer_collections,
    offer_events,
    propose,
    propose_event,
    propose_group,
)
from bot.languages import ENGLISH
from bot.state import AliasGroup
from index.archive import Archive
from index.building import build
from index.collections import server_collection
from index.errors import InputError, UnreadableDateError
from tests.conftest import HARBOUR, write_corpus

TODAY = dt.date(2026, 11, 21)
AT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
OWN = server_collection(10)
LIT = "The light on the mole was lit for the first time on 3 May 1853."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    place = tmp_path_factory.mktemp("harbour")
    folder = write_corpus(place / "corpus", HARBOUR)
    write_corpus(folder / "annex", {"diary.txt": "Diary\n\n1861\n\nJuly 2: The bell was hung.\n"})
    build(folder, place / "data")
    return Archive.open(place / "data")


def event(archive: Archive, words: str) -> str:
    """The id of the first event with these words."""
    return next(c.event.id for c in archive.timeline(today=TODAY) if words in c.event.text)


def offered(archive: Archive, typed: str) -> list[str]:
    return [name for name, _ in offer_events(archive, typed, TODAY, ENGLISH)]


# ---------------------------------------------------------------- choosing an entry


def test_entries_are_offered_by_words_by_date_and_by_id(archive: Archive) -> None:
    (whale,) = offered(archive, "whale")
    assert whale == "June 1853: A whale was seen off the mole."
    assert whale in offered(archive, "June 1853")
    assert whale in offered(archive, "A wha")
    assert offered(archive, event(archive, "whale")) == [whale]


def test_without_words_the_latest_entries_are_offered(archive: Archive) -> None:
    names = offered(archive, " ")
    assert "1923" in names[0]
    assert len(names) == len(archive.timeline(today=TODAY).events) <= 25


@pytest.mark.parametrize("typed", ["\x00", "[[hide]]", "a" * 6000, "<@1> ``` @everyone", "31 Feb"])
def test_whatever_is_typed_offers_something_that_discord_takes(
    archive: Archive, typed: str
) -> None:
    for name, value in offer_events(archive, typed, TODAY, ENGLISH):
        assert 0 < len(name) <= 100
        assert 0 < len(value) <= 100


# ---------------------------------------------------------------- corrections


def test_a_hidden_entry_is_nowhere_afterwards(archive: Archive) -> None:
    whale = event(archive, "whale")
    made = propose(archive, "hide", [f" {whale.upper()} "], TODAY)
    assert [cited.event.id for cited in made.before] == [whale]
    assert made.after == ()
    assert made.collection == "main"
    assert made.body == {"id": whale, "reason": "1853-06: A whale was seen off the mole."}


@pytest.mark.parametrize(
    ("typed", "kept", "edtf"),
    [
        ("7 September 2022", "7 September 2022", "2022-09-07"),
        ("Q3 2022", "Q3 2022", "2022-07/2022-09"),
        ("the 1850s", "the 1850s", "185X"),
        ("1852", "1852", "1852"),
        ("mid-1852", "mid-1852", "1852~"),
        ("last year", "2025", "2025"),
        ("between 1850 and 1852", "between 1850 and 1852", "1850/1852"),
        ("1850..1852", "1850..1852", "1850/1852"),
        ("1850-06/1851", "1850-06/1851", "1850-06/1851"),
    ],
)
def test_a_date_is_kept_so_that_a_build_reads_it_as_it_was_shown(
    archive: Archive, typed: str, kept: str, edtf: str
) -> None:
    """In the words that were typed; as EDTF where these count from today or are no date of a text."""
    made = propose(archive, "redate", [event(archive, "whale")], TODAY, date=typed)
    assert made.date is not None
    assert made.date.edtf == edtf
    assert made.body["date"] in (kept, edtf)
    (after,) = made.after
    assert after.event.date == made.date
    assert after.event.edited


@pytest.mark.parametrize("typed", ["31 February 1853", "7 September", "someday", "", "x" * 3000])
def test_a_date_that_is_none_is_refused(archive: Archive, typed: str) -> None:
    with pytest.raises(UnreadableDateError):
        propose(archive, "redate", [event(archive, "whale")], TODAY, date=typed)


def test_a_headline_stands_above_the_quote(archive: Archive) -> None:
    """One line of it; the words of the document stay."""
    made = propose(archive, "retitle", [event(archive, "whale")], TODAY, headline=" A  whale\n! ")
    (before,), (after,) = made.before, made.after
    assert (before.event.headline, after.event.headline) == (None, "A whale !")
    assert after.event.text == before.event.text


@pytest.mark.parametrize("headline", ["", " \n", "\u200b\x00", "x" * 201])
def test_a_headline_of_no_length_or_too_much_is_refused(archive: Archive, headline: str) -> None:
    with pytest.raises(InputError):
        propose(archive, "retitle", [event(archive, "whale")], TODAY, headline=headline)


def test_entries_of_one_document_become_the_first(archive: Archive) -> None:
    whale, storm = event(archive, "whale"), event(archive, "storm")
    made = propose(archive, "merge", [storm, whale, storm], TODAY)
    (after,) = made.after
    assert after.event.id == storm
    assert len(after.event.also) == 1
    assert made.body["ids"] == [storm, whale]


def test_entries_of_two_documents_are_linked(archive: Archive) -> None:
    lit = [c.event.id for c in archive.timeline(today=TODAY, when="3 May 1853")]
    assert len(lit) == 2
    made = propose(archive, "merge", lit, TODAY)
    assert [set(cited.event.same_as) & set(lit) for cited in made.after] == [{lit[1]}, {lit[0]}]


def test_entries_of_different_collections_are_not_merged(archive: Archive) -> None:
    ids = [event(archive, "whale"), event(archive, "bell")]
    with pytest.raises(InputError, match="different collections"):
        propose(archive, "merge", ids, TODAY)


def test_one_entry_is_not_merged_with_itself(archive: Archive) -> None:
    whale = event(archive, "whale")
    with pytest.raises(InputError, match="Two different"):
        propose(archive, "merge", [whale, whale.upper(), " "], TODAY)


@pytest.mark.parametrize("said", ["whale", "../../etc", "0" * 5000, "<@1>", " "])
def test_what_is_no_entry_is_refused(archive: Archive, said: str) -> None:
    with pytest.raises(NoSuchEventError) as told:
        propose(archive, "hide", [said], TODAY)
    assert len(told.value.sentence) < 250


def test_what_is_so_already_is_refused(archive: Archive) -> None:
    with pytest.raises(AlreadySaidError):
        propose(archive, "redate", [event(archive, "whale")], TODAY, date="June 1853")


# ---------------------------------------------------------------- a new entry


def added(archive: Archive, quote: str, **changes: str) -> Proposal:
    said = {"document": "town", "date": "1911", "headline": None} | changes
    return propose_event(archive, quote=quote, today=TODAY, **said)  # type: ignore[arg-type]


def test_a_new_entry_quotes_the_document(archive: Archive) -> None:
    """White space may differ; the quote and its place are the document's."""
    made = added(archive, "a gift of a   merchant\nin Yangon", headline="Teak")
    (after,) = made.after
    place = after.event.locator
    text = archive.document("town").text
    assert after.event.text == text[place.start : place.stop]
    assert "gift of a merchant" in after.event.text
    assert place.section[-1] == "A. First years"
    assert after.event.headline == "Teak"
    assert (made.before, made.collection) == ((), "main")
    assert made.body["document"] == "town"


def test_the_build_makes_the_entry_that_was_previewed(archive: Archive, tmp_path: Path) -> None:
    """Its words, date and place are those of the preview."""
    folder = write_corpus(tmp_path / "corpus", HARBOUR)
    (after,) = added(archive, "The ferry Corrie carried slate").after
    quote = after.event.text
    toml = f'[[add]]\ndocument = "town"\nquote = "{quote}"\ndate = "1911"\n'
    (folder / "timeline-edits.toml").write_text(toml)
    assert not build(folder, tmp_path / "data").unapplied
    found = Archive.open(tmp_path / "data").timeline(today=TODAY, about="carried slate").events
    made = next(cited.event for cited in found if cited.event.edited)
    assert (made.text, made.date, made.locator) == (quote, after.event.date, after.event.locator)


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        ("The harbour was dug by nobody", "don't stand"),
        ("ferry", "more than once"),
        ("II. The ferry", "heading"),
    ],
)
def test_a_quote_that_cannot_be_placed_is_refused_with_the_reason(
    archive: Archive, quote: str, why: str
) -> None:
    with pytest.raises(QuoteNotFoundError, match=why):
        added(archive, quote)


def test_the_nearest_words_of_the_document_are_offered(archive: Archive) -> None:
    """Each is a sentence that stands there, so that it can be used as it is."""
    near = near_quotes(archive, "town", "light on the mole was first lit on the 3rd May", TODAY)
    assert near[0] == LIT
    for quote in near:
        assert added(archive, quote, date="3 May 1853").after


@pytest.mark.parametrize("quote", ["", "zyx wvu", "the of and", "]" * 1000])
def test_nothing_is_offered_where_nothing_is_near(archive: Archive, quote: str) -> None:
    assert near_quotes(archive, "town", quote, TODAY) == ()


# ---------------------------------------------------------------- names


def test_names_are_parted_by_commas_and_semicolons() -> None:
    assert check_names(" Petrel ; storm  bird,,petrel, Möwe ") == ("Petrel", "storm bird", "Möwe")


@pytest.mark.parametrize(
    "said",
    ["", "Petrel", "Petrel, PETREL", ",".join(map(str, range(11))), "a, ??", "a," + "b" * 81],
)
def test_names_that_are_no_group_are_refused(said: str) -> None:
    with pytest.raises(InputError):
        check_names(said)


def test_a_name_is_told_with_how_many_passages_hold_it(archive: Archive) -> None:
    """Side by side and in order; apart they are no name."""
    group = propose_group(archive, "main", ("Lord Ardent", "Ardent Lord", "Corrie", "Zeppelin"), ())
    assert [(found.name, found.passages) for found in group.names] == [
        ("Lord Ardent", 2),
        ("Ardent Lord", 0),
        ("Corrie", 3),
        ("Zeppelin", 0),
    ]


def test_a_name_is_warned_of_that_tells_nothing_or_is_in_another_group(archive: Archive) -> None:
    """Groups that are kept count, and those of the owner's file."""
    kept = [AliasGroup(1, "main", ("Corrie", "the ferry"), AT, 7)]
    names = propose_group(archive, "main", ("who", "burma", "corrie"), kept).names
    assert names[0] == NameFound("who", 0, tells_nothing=True)
    assert names[1].others == (("Myanmar", "Burma"),)
    assert names[2].others == (("Corrie", "the ferry"),)


def test_a_group_that_is_there_already_is_refused(archive: Archive) -> None:
    kept = [AliasGroup(1, "main", ("Corrie", "the ferry", "the boat"), AT, 7)]
    with pytest.raises(AlreadySaidError):
        propose_group(archive, "main", ("THE FERRY", "corrie"), kept)


# ---------------------------------------------------------------- collections


def test_the_servers_own_collection_is_meant_unless_another_is_named() -> None:
    may = frozenset({OWN, "main"})
    assert choose_collection(None, may, 10) == OWN
    assert choose_collection(" main ", may, 10) == "main"


@pytest.mark.parametrize("said", ["server/11", "annex", "../x"])
def test_a_collection_that_may_not_be_edited_is_as_one_that_is_not_there(said: str) -> None:
    with pytest.raises(InputError, match="no collection called"):
        choose_collection(said, frozenset({OWN, "main"}), 10)


def test_collections_are_offered_by_their_names() -> None:
    found = offer_collections({"main", OWN}, 10, "", ENGLISH)
    assert [value for _, value in found] == [OWN, "main"]
    assert [value for _, value in offer_collections({"main", OWN}, 10, "MAIN", ENGLISH)] == ["main"]
    assert collection_name(OWN, 10, ENGLISH) == "this server’s documents"


def test_what_is_shown_of_an_entry_is_one_short_line(archive: Archive) -> None:
    (cited,) = archive.timeline(today=TODAY, about="whale").events
    assert editing.named(cited, ENGLISH, 20) == "June 1853: A whale…"
