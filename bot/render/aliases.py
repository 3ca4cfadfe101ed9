"""Names for one thing -> pages: a preview, what was saved, and the list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.editing import NameFound, NewGroup, collection_name
from bot.ids import press_id
from bot.languages import Language
from bot.layout import BLUE, Block, Button, Menu, Option, Page, Row, Rule, first_fit
from bot.limits import OPTION, shorten
from bot.markup import escape, one_line_markup
from bot.render.edits import Saved, saved_page, when, who
from bot.render.feedback import only_you
from bot.render.words import with_code
from bot.state import AliasGroup

LISTED = 10  # groups on a page
_ABOUT = 140
_NAME = 80
_OTHERS = 2  # groups that are named with a warning
#: Characters of a name, and how many warnings: the first that fits.
_PLANS = ((_NAME, 20), (_NAME, 10), (40, 10), (20, 5))


def group_preview(group: NewGroup, draft: str, guild: int, t: Language) -> Page:
    """What is known of each name of a new group, with warnings, and Save and Cancel for ``draft``."""
    save = Button(t("Save"), press_id("alias_save", draft), style="success")
    cancel = Button(t("Cancel"), press_id("alias_cancel", draft))
    whose = one_line_markup(collection_name(group.collection, guild, t), _ABOUT)

    def write(plan: tuple[int, int]) -> list[Block]:
        words, most = plan
        names = [
            f"- **{one_line_markup(one.name, words)}** — {_found(one, t)}" for one in group.names
        ]
        warnings = [f"⚠️ {line}" for one in group.names for line in _warnings(one, words, t)]
        if len(warnings) > most:
            more = len(warnings) - most
            warnings[most:] = [t.n("⚠️ {count} more like these", "⚠️ {count} more like these", more)]
        told = t(
            "A question with any of these names will find passages with the others, in {whose}.",
            whose=whose,
        )
        blocks: list[Block] = [f"### {t('Names for one thing?')}\n{told}", "\n".join(names)]
        if warnings:
            blocks += [Rule.SPACE, "\n".join(warnings)]
        return [*blocks, only_you(t), Row((save, cancel))]

    return Page(tuple(first_fit(_PLANS, write)), BLUE)


def _found(found: NameFound, t: Language) -> str:
    if found.tells_nothing:
        return t("not counted")
    said = t.n("in {count} passage", "in {count} passages", found.passages)
    return t("at most {count}", count=said) if found.most else said


def _warnings(found: NameFound, words: int, t: Language) -> Iterator[str]:
    name = one_line_markup(found.name, words)
    if found.tells_nothing:
        yield t(
            "“{name}” is made of words that tell nothing, so it may be found where it isn't meant.",
            name=name,
        )
    elif not found.passages:
        yield t("“{name}” stands nowhere in these documents.", name=name)
    for group in found.others[:_OTHERS]:
        others = one_line_markup(", ".join(group), 2 * words)
        yield t(
            "“{name}” is in another group too ({names}): a question with it finds the names of both.",
            name=name,
            names=others,
        )


def group_page(group: AliasGroup, saved: Saved, t: Language, *, removed: bool = False) -> Page:
    """That a group was kept, or removed; and since when that counts, or why it doesn't yet."""
    names = one_line_markup(", ".join(group.names), 300)
    head = (
        t("**Removed:** {names}", names=names) if removed else t("**Saved:** {names}", names=names)
    )
    kind = "alias_restore" if removed else "alias_remove"
    return saved_page(head, saved, Button(t("Undo"), press_id(kind, group.id)), t)


def groups_page(
    groups: Sequence[AliasGroup],
    collection: str,
    guild: int,
    t: Language,
    *,
    own: Sequence[Sequence[str]] = (),
    of: str = "",
    page: int = 1,
) -> Page:
    """The groups of a collection, newest first, with a menu that removes one.

    ``own`` are those that the owner's file gives, which can't be removed here; ``of`` stands for the
    collection in the ids of buttons.
    """
    whose = one_line_markup(collection_name(collection, guild, t), _ABOUT)
    head = f"### {t('Names for one thing')}\n-# {whose[:1].upper()}{whose[1:]}"
    if not groups:
        none = t("No names are kept here. `/aliases add` makes a group of them.")
        lines = [head, with_code(none), *_own(own, t), only_you(t)]
        return Page(("\n".join(lines),), BLUE)
    pages = -(-len(groups) // LISTED)
    page = min(max(page, 1), pages)
    newest = sorted(groups, key=lambda group: -group.id)
    shown = newest[(page - 1) * LISTED : page * LISTED]
    counted = t.n("{count} group", "{count} groups", len(groups))
    if pages > 1:
        counted += " · " + t("page {page} of {pages}", page=page, pages=pages)
    options = tuple(
        Option(shorten(", ".join(group.names), OPTION), str(group.id), when(group.at))
        for group in shown
    )
    rows = [Row((Menu(press_id("alias_remove"), t("Remove one"), options),))]
    if pages > 1:
        before = Button(
            t("Previous page"), press_id("alias_list", page - 1, of), disabled=page == 1
        )
        after = Button(t("Next page"), press_id("alias_list", page + 1, of), disabled=page == pages)
        rows.insert(0, Row((before, after)))

    def write(words: int) -> list[Block]:
        lines = [
            f"- {one_line_markup(', '.join(group.names), words)}\n"
            f"-# {who(group.by, t)} · {when(group.at)}"
            for group in shown
        ]
        return [
            f"{head} · {counted}",
            "\n".join(lines),
            "\n".join((*_own(own, t), only_you(t))),
            *rows,
        ]

    return Page(tuple(first_fit((240, _ABOUT, 80, 40), write)), BLUE)


def _own(own: Sequence[Sequence[str]], t: Language) -> Iterator[str]:
    if own:
        said = t.n(
            "The owner's file of names has {count} more group, which isn't changed here.",
            "The owner's file of names has {count} more groups, which aren't changed here.",
            len(own),
        )
        yield f"-# {escape(said)}"
