"""What the bot can do, how to ask it, and examples from its documents -> a page. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.ids import press_id
from bot.languages import Language
from bot.layout import BLUE, Block, Button, Page, Row, Rule, first_fit
from bot.markup import one_line_markup
from index.dates.edtf import from_edtf
from index.model import Example, SourceSummary

_TITLES = 3  # documents named
_PLANS = ((5, 150), (5, 100), (5, 60), (3, 60), (1, 40), (0, 30))  # examples; characters of each


@dataclass(frozen=True, slots=True)
class Indexed:
    """What there is to ask about."""

    sources: Sequence[SourceSummary]
    generation: int
    day: dt.date | None  # on which it was indexed
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for help."""

    plain: bool  # reads text without layout
    administers: bool  # looks after this server's settings and documents, or runs the bot
    reindexes: bool = False  # may have the documents read anew
    owns: bool = False  # runs the bot


def help_page(
    indexed: Indexed | None, asker: Asker, commands: Mapping[str, int], t: Language
) -> Page:
    """All of the help in one message; ``indexed`` is None while nothing is.

    ``commands`` are the ids of those commands that Discord has given one, by name.
    """

    def blocks(plan: tuple[int, int]) -> list[Block]:
        examples, words = plan
        made: list[Block] = [_opening(indexed, t, words)]
        if indexed and indexed.examples[:examples]:
            made += [Rule.LINE, f"**{t('Try one of these: the answer is for you alone.')}**"]
            tried = list(enumerate(indexed.examples[:examples], start=1))
            made.append("\n".join(_example(number, one, t, words) for number, one in tried))
            made.append(Row(tuple(_try(number, one, t) for number, one in tried)))
        made += [Rule.LINE, _asking(commands, t), Rule.SPACE, _limits(t)]
        made += [Rule.LINE, "\n".join(_yours(asker, commands, t))]
        if asker.administers:
            made += [Rule.LINE, "\n".join(_administrators(asker, commands, t))]
        return [*made, Row(tuple(_buttons(indexed, asker, t)))]

    return Page(tuple(first_fit(_PLANS, blocks)), BLUE)


def check(example: Example) -> str:
    """Tells an example from the one that may have its number later: six of ``[0-9a-f]``."""
    words = f"{example.kind}\n{example.text}\n{example.before or ''}".encode(errors="replace")
    return hashlib.blake2s(words, digest_size=3).hexdigest()


def mention(name: str, commands: Mapping[str, int]) -> str:
    """Markup of a command, with its subcommand if it has one: to be pressed where its id is known."""
    known = commands.get(name.partition(" ")[0])
    return f"</{name}:{known}>" if known else f"`/{name}`"


# ---------------------------------------------------------------- parts


def _opening(indexed: Indexed | None, t: Language, words: int) -> str:
    lines = [
        f"## {t('Questions answered from documents')}",
        t(
            "Each answer is a quote, word for word, with the place where it stands. "
            "If the documents don't say it, you are told so."
        ),
    ]
    if indexed is None:
        lines.append(
            t("The documents are not ready yet. Questions can be asked as soon as they are.")
        )
        return "\n".join(lines)
    sources = indexed.sources
    titles = [
        t("“{title}”", title=one_line_markup(one.source.title or one.source.name, words))
        for one in sources[:_TITLES]
    ]
    named = t.listed(titles)
    if len(sources) > _TITLES:
        rest = t.number(len(sources) - _TITLES)
        named = t("{words} and {count} more", words=", ".join(titles), count=rest)
    counts = [
        t.n("{count} document", "{count} documents", len(sources)),
        t.n("{count} passage", "{count} passages", sum(one.passages for one in sources)),
        t.n("{count} event", "{count} events", sum(one.events for one in sources)),
    ]
    if indexed.day is not None:
        day = t.date(from_edtf(indexed.day.isoformat()))
        counts.append(t("last indexed on {date}", date=day))
    if sources:
        lines.append(t("The documents: {documents}.", documents=named))
    return "\n".join((*lines, f"-# {' · '.join(counts)}"))


def _asking(commands: Mapping[str, int], t: Language) -> str:
    lines = [
        t(
            "{ask} a question in your own words: of all documents or one, of any time or one, "
            "for all to see or for you alone.",
            ask=mention("ask", commands),
        ),
        t(
            "Mention me and write your question. To ask on about an answer, "
            "reply to it and mention me."
        ),
        t("On a message choose Apps, then “Ask the documents about this”."),
        t("{timeline} shows what happened when.", timeline=mention("timeline", commands)),
        t(
            "{sources} lists the documents and opens them to read; {cite} cites a passage.",
            sources=mention("sources", commands),
            cite=mention("cite", commands),
        ),
        t(
            "Signs that may stand in a question: {exact} for words that stand together, "
            "{without} for a word to leave out, {document} for one document.",
            exact='`"two words"`',
            without="`-word`",
            document="`doc:name`",
        ),
    ]
    return "\n".join((f"**{t('How to ask')}**", *(f"- {line}" for line in lines)))


def _limits(t: Language) -> str:
    lines = [
        t("It finds and quotes. It draws no conclusions and adds nothing up."),
        t("It knows nothing but these documents, and nothing that happened later."),
        t("Ask one thing at a time: of two questions at once one may go unanswered."),
        t("Ask in the language of the documents: it doesn't translate."),
    ]
    return "\n".join((f"**{t('What it can’t do')}**", *(f"- {line}" for line in lines)))


def _try(number: int, example: Example, t: Language) -> Button:
    press = press_id("try", number, check(example))
    return Button(t("Try {number}", number=number), press)


def _example(number: int, example: Example, t: Language, words: int) -> str:
    said = one_line_markup(example.text, words)
    if example.kind == "timeline":
        said = t("Timeline: {what}", what=_time(example.text, t))
    elif example.before:
        before = one_line_markup(example.before, words)
        said = t("{question} (after “{before}”)", question=said, before=before)
    return f"{number}. {said}"


def _time(written: str, t: Language) -> str:
    try:
        return t.date(from_edtf(written))
    except ValueError:
        return one_line_markup(written, 40)


def _yours(asker: Asker, commands: Mapping[str, int], t: Language) -> Iterator[str]:
    yield t(
        "{privacy} tells what is stored about you, and deletes it.",
        privacy=mention("privacy show", commands),
    )
    if asker.plain:
        yield t("Your answers come as plain text, without layout.")
    else:
        yield t("If you use a screen reader, answers can come as plain text, without layout.")


def _administrators(asker: Asker, commands: Mapping[str, int], t: Language) -> Iterator[str]:
    yield f"**{t('For administrators')}**"
    said = [
        t(
            "{settings} chooses where and how I answer in this server, and which documents are "
            "searched for whom.",
            settings=mention("settings show", commands),
        ),
        t(
            "Who may use which command, and in which channels, is chosen in "
            "Server Settings → Integrations."
        ),
    ]
    if asker.reindexes:
        said += [
            t(
                "{add} adds documents: you see how they are read before anything is saved.",
                add=mention("corpus add", commands),
            ),
            t(
                "{gaps} lists what was not answered; {diagnose} says what I lack in a channel.",
                gaps=mention("gaps", commands),
                diagnose=mention("diagnose", commands),
            ),
            t(
                "{reindex} reads the documents anew; questions are answered all the while.",
                reindex=mention("corpus reindex", commands),
            ),
            t(
                "{sources} tells you which files were left out, and why.",
                sources=mention("sources", commands),
            ),
        ]
    if asker.owns:
        said.append(t("As you run this bot: `archivist doctor` checks settings, index and token."))
    yield from (f"- {line}" for line in said)


def _buttons(indexed: Indexed | None, asker: Asker, t: Language) -> Iterator[Button]:
    if indexed is not None:
        yield Button(t("All documents"), press_id("sources", 1, indexed.generation))
    if asker.plain:
        yield Button(t("Answers with layout"), press_id("plain", "off"))
    else:
        yield Button(t("Answers as plain text"), press_id("plain", "on"))
