"""A server's settings -> pages with menus that act in place. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.documents import key
from bot.ids import press_id
from bot.languages import NAMES, Language
from bot.layout import (
    AMBER,
    BLUE,
    Attachment,
    Block,
    Button,
    Chooser,
    Menu,
    Option,
    Page,
    Row,
    Rule,
)
from bot.markup import one_line_markup, one_line_of
from bot.state import Grant, ServerSettings
from index.collections import MAIN, guild_of, is_owners

OWN = "own"  # each reader's own language
LAYOUT, PLAIN = "layout", "plain"
PUBLIC, PRIVATE = "public", "private"
ON, OFF = "on", "off"
HOST = "host"  # the days that the host keeps it

#: What can be chosen of numbers. Seconds; questions a minute; days.
MEMBER_WAITS = (0, 5, 10, 30, 60, 300, 900, 3_600)
GUILD_PACES = (0, 5, 10, 20, 30, 60, 120)
DAYS = (7, 30, 90, 365)

PAGES = ("answers", "channels", "people", "collections")
ON_PAGE = 10  # collections
_NAME = 60  # characters of a collection's
_NAMED, _FEW = 15, 3  # channels or roles: of a setting, of one collection among others
_LINES = 20  # of what an import changes, and of what it leaves out


@dataclass(frozen=True, slots=True)
class Around:
    """What a page of settings tells beside them."""

    channels: frozenset[int] | None = None  # that the server has; None: not known
    roles: frozenset[int] | None = None
    member_wait: float = 0.0  # the host's, in seconds
    guild_pace: int = 0  # the host's, questions a minute
    days: int = 30  # the host's
    collections: tuple[Grant, ...] = ()  # all that the server knows, as they are open
    documents: tuple[tuple[str, int], ...] = ()  # of each collection
    grantable: tuple[str, ...] = ()  # the owner's that it doesn't know yet; for the owner alone
    manages: bool = True  # whether this person may choose who else administers
    owns: bool = False  # whether the bot is theirs


def settings_page(
    settings: ServerSettings,
    t: Language,
    around: Around = Around(),
    *,
    page: str = PAGES[0],
    part: int = 1,
) -> Page:
    """What is set, what it does, and a menu to change each. ``part`` counts collections from 1."""
    shown = page if page in PAGES else PAGES[0]
    if shown == "collections":
        blocks = _collections(around, t, part)
    else:
        blocks = [
            block
            for name in _FIELDS[shown]
            for block in (
                _said(name, settings, t, around),
                Row((_item(name, settings, t, around),)),
            )
        ]
    heading = t("### Settings of this server") + f" · {_page_names(t)[shown]}"
    foot = t("-# A choice counts at once, for all in this server. Only you see this message.")
    return Page((heading, *blocks, Rule.LINE, foot, _pages(shown, t)), BLUE)


_FIELDS = {
    "answers": ("language", "plain", "length", "private"),
    "channels": ("channels", "cooldown_member", "cooldown_guild"),
    "people": ("admin_roles", "feedback", "questions", "retention_days"),
}


def _page_names(t: Language) -> dict[str, str]:
    return {
        "answers": t("Answers"),
        "channels": t("Where and how often"),
        "people": t("People and data"),
        "collections": t("Documents"),
    }


def _pages(shown: str, t: Language) -> Row:
    return Row(
        tuple(
            Button(label, press_id("settings", name), disabled=name == shown)
            for name, label in _page_names(t).items()
        )
    )


# ---------------------------------------------------------------- one setting


def label_of(name: str, t: Language) -> str:
    """What people call a setting."""
    return {
        "language": t("Language"),
        "plain": t("Look of answers"),
        "length": t("Length of answers"),
        "private": t("Who sees answers"),
        "channels": t("Channels"),
        "cooldown_member": t("Wait between a member's questions"),
        "cooldown_guild": t("Questions a minute in this server"),
        "admin_roles": t("Who may administer"),
        "feedback": t("Feedback"),
        "questions": t("Texts of questions"),
        "retention_days": t("How long feedback and questions are kept"),
    }[name]


def value_of(name: str, value: Any, t: Language) -> str:
    """How a value of a setting is told: markup."""
    tell: dict[str, Callable[[Any], str]] = {
        "language": lambda tag: NAMES.get(tag or "", t("Each reader's own")),
        "plain": lambda plain: t("Plain text for all") if plain else t("As each reader chooses"),
        "length": lambda length: _lengths(t)[length],
        "private": lambda private: t("The asker alone") if private else t("Everybody there"),
        "channels": lambda ids: _mentions(ids, "#", t) or t("All channels"),
        "cooldown_member": lambda seconds: _seconds(seconds, t),
        "cooldown_guild": lambda count: t.number(count) if count else t("As many as are asked"),
        "admin_roles": lambda ids: _mentions(ids, "@&", t) or t("Who has Manage Server"),
        "feedback": lambda on: t("On") if on else t("Off"),
        "questions": lambda on: t("Kept") if on else t("Not kept"),
        "retention_days": lambda days: _days(days, t),
    }
    return tell[name](value)


def _said(name: str, settings: ServerSettings, t: Language, around: Around) -> str:
    """A setting as it is, and what it does."""
    value = getattr(settings, name)
    lines = [f"**{label_of(name, t)}:** {value_of(name, value, t)}", f"-# {_explained(name, t)}"]
    if note := _note(name, value, t, around):
        lines.append(f"-# {note}")
    return "\n".join(lines)


def _explained(name: str, t: Language) -> str:
    return {
        "language": t(
            "The language of the bot's own words in this server. Quotes and titles stay as they"
            " stand in the documents."
        ),
        "plain": t(
            "Plain text has no frames and columns, and reads well aloud. Messages that are there"
            " already stay as they are."
        ),
        "length": t("How many passages a page of an answer shows; the others are a press away."),
        "private": t(
            "What `/ask` and `/timeline` do unless `private` is chosen. A mention is answered where"
            " it stands."
        ),
        "channels": t(
            "Where questions are answered, with the threads there. Elsewhere who asks is told, alone,"
            " where to ask."
        ),
        "cooldown_member": t("How long one member waits between two questions here."),
        "cooldown_guild": t("When more are asked, the others are told to wait."),
        "admin_roles": t(
            "Roles that may do what Manage Server may: settings, documents, corrections, gaps."
            " Discord must show them the commands too: Server Settings → Integrations."
        ),
        "feedback": t(
            "Buttons under answers: helpful or not, report a problem, tell the curators."
        ),
        "questions": t(
            "Whether `/gaps` may keep what was asked, without who asked it. Otherwise only that"
            " something was asked, and whether it was answered."
        ),
        "retention_days": t("After that they are deleted. `/privacy` tells each member."),
    }[name]


def _note(name: str, value: Any, t: Language, around: Around) -> str:
    """What the host, or what is gone meanwhile, changes about a setting."""
    if name == "cooldown_member" and around.member_wait:
        wait = _seconds(around.member_wait, t)
        return t("Whoever runs this bot asks for at least: {wait}.", wait=wait)
    if name == "cooldown_guild" and around.guild_pace:
        return t("Whoever runs this bot allows at most {count}.", count=t.number(around.guild_pace))
    if name == "retention_days":
        days = t.n("{count} day", "{count} days", around.days)
        return t("Whoever runs this bot keeps them for at most {days}.", days=days)
    if name == "admin_roles" and not around.manages:
        return t("Only who has Manage Server can change this.")
    there = {"channels": around.channels, "admin_roles": around.roles}.get(name)
    if there is not None and (gone := [one for one in value if one not in there]):
        return t.n("{count} of them is gone.", "{count} of them are gone.", len(gone))
    return ""


def _item(name: str, settings: ServerSettings, t: Language, around: Around) -> Menu | Chooser:
    value = getattr(settings, name)
    press = press_id(f"set_{name}")
    if name == "channels":
        chosen = _there(value, around.channels)
        return Chooser(press, t("All channels. Choose some"), "channel", chosen)
    if name == "admin_roles":
        chosen = _there(value, around.roles)
        return Chooser(press, t("No role. Choose some"), "role", chosen)
    shown = one_line_of(value_of(name, value, t), _NAME)
    said = t("{setting}: {value}. Choose another", setting=label_of(name, t), value=shown)
    return Menu(press, said, tuple(_options(name, value, t, around)))


def _options(name: str, value: Any, t: Language, around: Around) -> Iterable[Option]:
    match name:
        case "language":
            other = t("As set in their Discord; a mention is answered in its own language")
            yield Option(t("Each reader's own"), OWN, other)
            for tag, spoken in NAMES.items():
                quoted = t("For all who ask here; documents are quoted as they stand")
                yield Option(spoken, tag, quoted)
        case "plain":
            layout = t("With layout, unless they chose plain text for themselves")
            yield Option(t("As each reader chooses"), LAYOUT, layout)
            plain = t("Text with buttons beneath it, best for screen readers")
            yield Option(t("Plain text for all"), PLAIN, plain)
        case "length":
            for length, label in _lengths(t).items():
                yield Option(label, length)
        case "private":
            yield Option(t("Everybody there"), PUBLIC, t("Unless they choose `private`"))
            yield Option(t("The asker alone"), PRIVATE, t("Unless they choose otherwise"))
        case "cooldown_member":
            for seconds in _with(MEMBER_WAITS, value):
                yield Option(_seconds(seconds, t), str(seconds))
        case "cooldown_guild":
            for count in _with(GUILD_PACES, value):
                label = value_of(name, count, t)
                yield Option(label, str(count))
        case "feedback":
            yield Option(t("On"), ON, t("Curators learn what is missing or wrong"))
            yield Option(t("Off"), OFF, t("Answers have no such buttons"))
        case "questions":
            yield Option(t("Kept"), ON, t("So that curators see what is not found"))
            yield Option(t("Not kept"), OFF, t("Only counts, without any words"))
        case "retention_days":
            yield Option(_days(None, t), HOST)
            for days in _with([n for n in DAYS if n <= around.days], value):
                yield Option(_days(days, t), str(days))


def _lengths(t: Language) -> dict[str, str]:
    return {
        "short": t("Short: the passage that answers"),
        "normal": t("Normal: three passages"),
        "long": t("Long: five passages"),
    }


def _seconds(seconds: float, t: Language) -> str:
    if not seconds:
        return t("None")
    if seconds >= 60 and not seconds % 60:
        return t.n("{count} minute", "{count} minutes", int(seconds // 60))
    return t("{number} seconds", number=t.number(seconds))


def _days(days: int | None, t: Language) -> str:
    if days is None:
        return t("As long as whoever runs this bot keeps them")
    return t.n("{count} day", "{count} days", days)


def _with(numbers: Sequence[int], value: Any) -> list[Any]:
    """``numbers``, with one that was set in another way among them."""
    return sorted({*numbers, *([value] if value is not None else [])})


def _there(ids: tuple[int, ...], known: frozenset[int] | None) -> tuple[int, ...]:
    return ids if known is None else tuple(one for one in ids if one in known)


def _mentions(ids: Sequence[int], sign: str, t: Language, most: int = _NAMED) -> str:
    """Channels (sign ``#``) or roles (``@&``) as Discord shows them; nobody is notified."""
    said = [f"<{sign}{one}>" for one in ids[:most]]
    if len(ids) > most:
        said.append(t.n("{count} more", "{count} more", len(ids) - most))
    return ", ".join(said)


# ---------------------------------------------------------------- collections


def name_of(collection: str, t: Language) -> str:
    """What people call a collection: markup."""
    if collection == MAIN:
        return t("The main documents")
    if guild_of(collection) is not None:
        return t("Documents of this server")
    return one_line_markup(collection, _NAME)


def open_to(grant: Grant, t: Language, most: int = _FEW) -> str:
    """Who may search a collection: markup, with at most so many channels and roles."""
    if grant.open == "all":
        return t("open to all")
    where = _mentions(grant.channels, "#", t, most)
    who = _mentions(grant.roles, "@&", t, most)
    if grant.open == "none" or not (where or who):
        return t("closed")
    return " · ".join(
        said
        for said in (
            t("in {channels}", channels=where) if where else "",
            t("for {roles}, in answers to them alone", roles=who) if who else "",
        )
        if said
    )


def _collections(around: Around, t: Language, part: int) -> list[Block]:
    pages = max(1, -(-len(around.collections) // ON_PAGE))
    part = min(max(part, 1), pages)
    shown = around.collections[(part - 1) * ON_PAGE : part * ON_PAGE]
    counts = dict(around.documents)
    lines = [
        f"- **{name_of(grant.collection, t)}:** {open_to(grant, t)} · "
        + t.n("{count} document", "{count} documents", counts.get(grant.collection, 0))
        for grant in shown
    ]
    explained = t(
        "Which documents are searched here, and for whom. Nobody sees what is not theirs."
    )
    blocks: list[Block] = [
        "\n".join((f"-# {explained}", *lines)),
        Row((Menu(press_id("grant"), t("Choose which to open or close"), _named(shown, t)),)),
    ]
    if pages > 1:
        back, on = press_id("settings", "collections", part - 1), part + 1
        blocks.append(
            Row(
                (
                    Button(t("Previous page"), back, disabled=part == 1),
                    Button(
                        t("Next page"),
                        press_id("settings", "collections", on),
                        disabled=part == pages,
                    ),
                )
            )
        )
    if around.owns and around.grantable:
        options = tuple(
            Option(one_line_of(name, _NAME), key(name)) for name in around.grantable[:25]
        )
        said = t("Give this server another of your folders")
        blocks.append(Row((Menu(press_id("grant_add"), said, options),)))
    return blocks


def _named(grants: Sequence[Grant], t: Language) -> tuple[Option, ...]:
    return tuple(
        Option(_plain_name(grant.collection, t), key(grant.collection)) for grant in grants
    )


def _plain_name(collection: str, t: Language) -> str:
    """The same as `name_of`, for where no markup is shown."""
    named = collection == MAIN or guild_of(collection) is not None
    return name_of(collection, t) if named else one_line_of(collection, _NAME)


def collection_page(grant: Grant, t: Language, around: Around) -> Page:
    """Who may search one collection, with menus to change it."""
    named = key(grant.collection)
    openness = (
        Option(t("Open to all"), "all", t("In public answers too")),
        Option(
            t("Open to some"),
            "some",
            t("In the channels and for the roles chosen below"),
        ),
        Option(t("Closed"), "none", t("Nobody finds anything in it")),
    )
    where = t(
        "In these channels everybody finds it, in public answers too. With these roles members find"
        " it in every channel, but only in answers that they alone see."
    )
    buttons = [Button(t("Back"), press_id("settings", "collections"))]
    if around.owns and is_owners(grant.collection) and grant.collection != MAIN:
        buttons.append(
            Button(t("Take it from this server"), press_id("grant_drop", named), style="danger")
        )
    return Page(
        (
            f"### {name_of(grant.collection, t)}\n{_capital(open_to(grant, t, _NAMED))}",
            Row((Menu(press_id("grant_open", named), t("Who may search it"), openness),)),
            f"-# {where}",
            Row(
                (
                    Chooser(
                        press_id("grant_channels", named),
                        t("No channel. Choose some"),
                        "channel",
                        _there(grant.channels, around.channels),
                    ),
                )
            ),
            Row(
                (
                    Chooser(
                        press_id("grant_roles", named),
                        t("No role. Choose some"),
                        "role",
                        _there(grant.roles, around.roles),
                    ),
                )
            ),
            t("-# A choice counts at once, for all in this server. Only you see this message."),
            Row(tuple(buttons)),
        ),
        BLUE,
    )


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


# ---------------------------------------------------------------- files


def export_page(content: bytes, t: Language) -> Page:
    """The file with a server's settings."""
    said = t(
        "All settings of this server. `/settings import` takes the file up again, here or elsewhere."
    )
    return Page((said,), BLUE, (Attachment("settings.json", content),))


def import_page(
    lines: Sequence[tuple[str, str, str]], left_out: Sequence[str], token: str, t: Language
) -> Page:
    """What a file would change: (what, before, after), all markup. ``token`` stands for the file."""
    blocks: list[Block] = [t("### Settings from a file")]
    if lines:
        told = [f"- **{what}:** {before} → {after}" for what, before, after in lines[:_LINES]]
        blocks.append("\n".join((t("This would change:"), *told, *_rest(len(lines), t))))
    else:
        blocks.append(t("It would change nothing."))
    if left_out:
        told = [f"- {one_line_markup(t.say(one), 200)}" for one in left_out[:_LINES]]
        blocks.append("\n".join((t("Left out of it:"), *told, *_rest(len(left_out), t))))
    if lines:
        save = Button(t("Save"), press_id("import_save", token), style="success")
        blocks.append(Row((save, Button(t("Cancel"), press_id("import_drop", token)))))
    return Page(tuple(blocks), AMBER if left_out else BLUE)


def _rest(count: int, t: Language) -> tuple[str, ...]:
    more = count - _LINES
    return (f"- {t.n('{count} more', '{count} more', more)}",) if more > 0 else ()
