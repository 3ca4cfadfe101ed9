"""Discord's documented limits: what is wrong with a message, form, list of choices or command.

Each check returns problems, `()` when there are none; a path points into the body as sent, from
``$``. Lengths are counted in code points. The pages of Discord's documentation are named where a
group of limits begins. What Discord tells only in prose (it isn't in openapi.json) is all here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.discord_server.world import COMPONENTS_V2, EPHEMERAL, FILE_LIMIT, LOADING, walk

Json = Mapping[str, Any]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset({3, 5, 6, 7, 8})
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
IN_FORM = SELECTS | {TEXT_INPUT, 19, 21, 22, 23}
TOP_V2 = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})
LINK, PREMIUM = 5, 6

CONTENT, EMBEDS, EMBED_TEXT, COMPONENTS, SHOWN_TEXT = 2000, 10, 6000, 40, 4000
REQUEST = 25 * 1024 * 1024  # bytes
SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
LOCALES = frozenset(
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru"
    " uk hi th zh-CN ja zh-TW ko".split()
)
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: where in the body, and why, and the code with which Discord refuses it."""

    path: str
    text: str
    code: int = 50035  # invalid form body
    refused: bool = True  # else Discord takes it, and nobody sees what was meant


def _length(value: Any, path: str, most: int, least: int = 0) -> Iterator[Problem]:
    if value is None:
        return
    if not isinstance(value, str):
        yield Problem(path, f"not text: {type(value).__name__}")
    elif not least <= len(value) <= most:
        yield Problem(path, f"{len(value)} characters, allowed are {least} to {most}")


# -- messages: resources/message, components/reference


def message_problems(
    body: Json,
    files: Sequence[tuple[str, int]] = (),
    *,
    kept: Sequence[str] = (),
    was_v2: bool | None = None,
) -> list[Problem]:
    """What is wrong with a message as sent.

    ``files`` are names and sizes in bytes of what is uploaded with it, ``kept`` names of files that
    the message keeps. ``was_v2``: whether the edited message has Components V2; None for a new one.
    """
    flags = body.get("flags") or 0
    v2 = bool(flags & COMPONENTS_V2) or bool(was_v2)
    problems = list(_length(body.get("content"), "$.content", CONTENT))
    problems += embed_problems(body.get("embeds") or [])
    problems += _mention_problems(body.get("allowed_mentions"))
    problems += _file_problems(files)
    problems += _length(_text_or_none(body.get("nonce")), "$.nonce", 25)
    components = body.get("components") or []
    problems += component_problems(components) if v2 else _row_problems(components)
    if v2:
        problems += [
            Problem(f"$.{key}", f"{key} can't stand beside Components V2")
            for key in ("content", "embeds", "poll", "sticker_ids")
            if body.get(key)
        ]
        shown = attachments_shown(components) | set(kept)
        problems += [
            Problem("$.attachments", f"file {name} is shown by no component", refused=False)
            for name, _ in files
            if name not in shown
        ]
    problems += _reference_problems(components, body, {name for name, _ in files} | set(kept))
    allowed = COMPONENTS_V2 | EPHEMERAL | SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS
    if was_v2 is not None:
        allowed |= LOADING  # discord.py sends flags back as it got them
    if flags & ~allowed:
        problems.append(Problem("$.flags", f"flags {flags & ~allowed} can't be set"))
    filled = ("content", "embeds", "components", "poll", "sticker_ids")
    if was_v2 is None and not files and not any(body.get(key) for key in filled):
        problems.append(Problem("$", "an empty message", 50006))
    return problems


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)


def embed_problems(embeds: Sequence[Json]) -> Iterator[Problem]:
    if len(embeds) > EMBEDS:
        yield Problem("$.embeds", f"{len(embeds)} embeds, allowed are {EMBEDS}")
    total = 0
    for number, embed in enumerate(embeds):
        path = f"$.embeds[{number}]"
        footer = (embed.get("footer") or {}).get("text")
        author = (embed.get("author") or {}).get("name")
        fields = embed.get("fields") or []
        yield from _length(embed.get("title"), f"{path}.title", 256)
        yield from _length(embed.get("description"), f"{path}.description", 4096)
        yield from _length(footer, f"{path}.footer.text", 2048)
        yield from _length(author, f"{path}.author.name", 256)
        if len(fields) > 25:
            yield Problem(f"{path}.fields", f"{len(fields)} fields, allowed are 25")
        for n, one in enumerate(fields):
            yield from _length(one.get("name"), f"{path}.fields[{n}].name", 256, 1)
            yield from _length(one.get("value"), f"{path}.fields[{n}].value", 1024, 1)
        texts = [embed.get("title"), embed.get("description"), footer, author]
        texts += [one.get(key) for one in fields for key in ("name", "value")]
        total += sum(len(str(text or "")) for text in texts)
    if total > EMBED_TEXT:
        yield Problem("$.embeds", f"{total} characters in all embeds, allowed are {EMBED_TEXT}")


def _mention_problems(allowed: Any) -> Iterator[Problem]:
    if not isinstance(allowed, Mapping):
        return
    for key in ("users", "roles"):
        listed = allowed.get(key) or []
        if len(listed) > 100:
            yield Problem(f"$.allowed_mentions.{key}", f"{len(listed)} ids, allowed are 100")
        if listed and key in (allowed.get("parse") or []):
            yield Problem(f"$.allowed_mentions.{key}", f"{key} both listed and parsed")


def _file_problems(files: Sequence[tuple[str, int]]) -> Iterator[Problem]:
    if len(files) > 10:
        yield Problem("$.attachments", f"{len(files)} files, allowed are 10")
    for name, size in files:
        if size > FILE_LIMIT:
            yield Problem(
                "$.attachments", f"{name} has {size} bytes, allowed are {FILE_LIMIT}", 40005
            )
        if not name:
            yield Problem("$.attachments", "a file without a name")
    if sum(size for _, size in files) > REQUEST:
        yield Problem("$", "the request is larger than 25 MiB", 40005)


def attachments_shown(components: Any) -> set[str]:
    """Names of the uploaded files that components point to."""
    return {
        url.removeprefix("attachment://")
        for _, url in media(components)
        if url.startswith("attachment://")
    }


def media(components: Any) -> Iterator[tuple[Json, str]]:
    """Every thumbnail, gallery item and file with its address."""
    for component in walk(components):
        holders: list[Json] = [component]
        if component.get("type") == GALLERY:
            holders = list(component.get("items") or [])
        for holder in holders:
            place = holder.get("file" if component.get("type") == FILE else "media")
            if isinstance(place, Mapping):
                yield holder, str(place.get("url") or "")


def _reference_problems(components: Any, body: Json, there: set[str]) -> Iterator[Problem]:
    wanted = attachments_shown(components)
    for embed in body.get("embeds") or []:
        for key in ("image", "thumbnail"):
            url = str((embed.get(key) or {}).get("url") or "")
            if url.startswith("attachment://"):
                wanted.add(url.removeprefix("attachment://"))
    for name in sorted(wanted - there):
        yield Problem("$.components", f"attachment://{name} names no file of this message")


def component_problems(components: Any) -> Iterator[Problem]:
    """Of Components V2, on all levels."""
    if not isinstance(components, list):
        yield Problem("$.components", "not a list")
        return
    everything = list(walk(components))
    if len(everything) > COMPONENTS:
        yield Problem("$.components", f"{len(everything)} components, allowed are {COMPONENTS}")
    shown = sum(len(str(c.get("content") or "")) for c in everything if c.get("type") == TEXT)
    if shown > SHOWN_TEXT:
        yield Problem("$.components", f"{shown} characters are shown, allowed are {SHOWN_TEXT}")
    for number, component in enumerate(components):
        kind = component.get("type") if isinstance(component, dict) else None
        if kind not in TOP_V2:
            yield Problem(f"$.components[{number}]", f"type {kind} can't stand at the top")
    for number, component in enumerate(everything):
        yield from _one_component(component, f"$.components<{number}>")
    yield from _unique(everything)


def _row_problems(components: Any) -> Iterator[Problem]:
    """Of a message without Components V2: rows alone, five at most."""
    if not isinstance(components, list):
        yield Problem("$.components", "not a list")
        return
    if len(components) > 5:
        yield Problem("$.components", f"{len(components)} rows, allowed are 5")
    for number, component in enumerate(components):
        if not isinstance(component, dict) or component.get("type") != ROW:
            yield Problem(f"$.components[{number}]", "only rows, without Components V2")
    everything = list(walk(components))
    for number, component in enumerate(everything):
        yield from _one_component(component, f"$.components<{number}>")
    yield from _unique(everything)


def _unique(everything: Sequence[Json]) -> Iterator[Problem]:
    for key in ("custom_id", "id"):
        seen = Counter(c[key] for c in everything if c.get(key))
        for value, times in seen.items():
            if times > 1:
                yield Problem("$.components", f"{key} {value!r} stands there {times} times")


def _one_component(component: Json, path: str) -> Iterator[Problem]:
    kind = component.get("type")
    inner = component.get("components") or []
    kinds = [c.get("type") for c in inner if isinstance(c, Mapping)]
    if kind == ROW:
        yield from _row(kinds, path)
    elif kind == BUTTON:
        yield from _button(component, path)
    elif kind in SELECTS:
        yield from _select(component, path)
    elif kind == SECTION:
        if not 1 <= len(inner) <= 3 or set(kinds) - {TEXT}:
            yield Problem(path, "a section holds one to three texts")
        accessory = component.get("accessory") or {}
        if accessory.get("type") not in (BUTTON, THUMBNAIL):
            yield Problem(path, "a section needs a button or a thumbnail beside it")
    elif kind == TEXT:
        yield from _length(component.get("content") or "", f"{path}.content", SHOWN_TEXT, 1)
    elif kind == THUMBNAIL:
        yield from _length(component.get("description"), f"{path}.description", 1024)
    elif kind == GALLERY:
        items = component.get("items") or []
        if not 1 <= len(items) <= 10:
            yield Problem(path, f"a gallery of {len(items)}, allowed are 1 to 10")
        for item in items:
            yield from _length(item.get("description"), f"{path}.description", 1024)
    elif kind == FILE:
        if not str((component.get("file") or {}).get("url") or "").startswith("attachment://"):
            yield Problem(path, "a file must be attachment://")
    elif kind == CONTAINER:
        if not inner:
            yield Problem(path, "an empty container")
        if set(kinds) - (TOP_V2 - {CONTAINER}):
            yield Problem(path, f"types {set(kinds) - (TOP_V2 - {CONTAINER})} in a container")
    elif kind != SEPARATOR:
        yield Problem(path, f"type {kind} in a message")


def _row(kinds: Sequence[Any], path: str) -> Iterator[Problem]:
    selects = [kind for kind in kinds if kind in SELECTS]
    if selects:
        if len(kinds) > 1:
            yield Problem(path, "a row holds one select and nothing beside it")
    elif set(kinds) != {BUTTON} or len(kinds) > 5:
        yield Problem(path, f"a row holds one to five buttons or one select, not {list(kinds)}")


def _button(button: Json, path: str) -> Iterator[Problem]:
    style, url, custom = button.get("style"), button.get("url"), button.get("custom_id")
    if style not in range(1, 7):
        yield Problem(f"{path}.style", f"no style {style!r}")
    yield from _length(button.get("label"), f"{path}.label", 80)
    if not button.get("label") and not button.get("emoji") and style != PREMIUM:
        yield Problem(path, "a button with neither label nor emoji")
    if style == LINK:
        yield from _length(url or "", f"{path}.url", 512, 1)
        if custom:
            yield Problem(path, "a link button has no custom_id")
    elif style != PREMIUM:
        yield from _length(custom or "", f"{path}.custom_id", 100, 1)
        if url:
            yield Problem(path, "only link buttons have an address")


def _select(select: Json, path: str) -> Iterator[Problem]:
    yield from _length(select.get("custom_id") or "", f"{path}.custom_id", 100, 1)
    yield from _length(select.get("placeholder"), f"{path}.placeholder", 150)
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= low <= 25 or not 1 <= high <= 25 or low > high:
        yield Problem(path, f"from {low} to {high} values")
    if select.get("type") != STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        yield Problem(f"{path}.options", f"{len(options)} options, allowed are 1 to 25")
    if high > max(len(options), 1):
        yield Problem(f"{path}.max_values", f"{high} values of {len(options)} options")
    for number, option in enumerate(options):
        yield from _length(option.get("label") or "", f"{path}.options[{number}].label", 100, 1)
        yield from _length(option.get("value") or "", f"{path}.options[{number}].value", 100, 1)
        yield from _length(option.get("description"), f"{path}.options[{number}].description", 100)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        yield Problem(f"{path}.options", "two options of the same value")
    if sum(bool(option.get("default")) for option in options) > high:
        yield Problem(f"{path}.options", "more defaults than may be chosen")


# -- forms and choices: interactions/receiving-and-responding, components/reference


def modal_problems(data: Json) -> list[Problem]:
    """What is wrong with a form."""
    problems = list(_length(data.get("title") or "", "$.data.title", 45, 1))
    problems += _length(data.get("custom_id") or "", "$.data.custom_id", 100, 1)
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        problems.append(
            Problem("$.data.components", f"{len(components)} fields, allowed are 1 to 5")
        )
    for number, component in enumerate(components):
        problems += _form_part(component, f"$.data.components[{number}]")
    problems += _unique(list(walk(components)))
    return problems


def _form_part(component: Json, path: str) -> Iterator[Problem]:
    kind = component.get("type")
    if kind == LABEL:
        yield from _length(component.get("label") or "", f"{path}.label", 45, 1)
        yield from _length(component.get("description"), f"{path}.description", 100)
        yield from _form_field(component.get("component") or {}, f"{path}.component")
    elif kind == ROW:
        inner = component.get("components") or []
        if [one.get("type") for one in inner] != [TEXT_INPUT]:
            yield Problem(path, "a row of a form holds one text input")
        for one in inner:
            yield from _length(one.get("label") or "", f"{path}.label", 45, 1)
            yield from _form_field(one, path)
    elif kind != TEXT:
        yield Problem(path, f"type {kind} in a form")


def _form_field(component: Json, path: str) -> Iterator[Problem]:
    kind = component.get("type")
    if kind not in IN_FORM:
        yield Problem(path, f"type {kind} in a form")
    elif kind in SELECTS:
        yield from _select(component, path)
    else:
        yield from _length(component.get("custom_id") or "", f"{path}.custom_id", 100, 1)
    if kind == TEXT_INPUT:
        yield from _length(component.get("placeholder"), f"{path}.placeholder", 100)
        yield from _length(component.get("value"), f"{path}.value", 4000)
        low, high = component.get("min_length") or 0, component.get("max_length") or 4000
        if not 0 <= low <= high <= 4000:
            yield Problem(path, f"from {low} to {high} characters")


def choice_problems(choices: Sequence[Json], path: str = "$.data.choices") -> list[Problem]:
    """What is wrong with autocomplete's or a command's choices."""
    problems = []
    if len(choices) > 25:
        problems.append(Problem(path, f"{len(choices)} choices, allowed are 25"))
    for number, choice in enumerate(choices):
        problems += _length(choice.get("name") or "", f"{path}[{number}].name", 100, 1)
        for text in (choice.get("name_localizations") or {}).values():
            problems += _length(text, f"{path}[{number}].name_localizations", 100, 1)
        if isinstance(choice.get("value"), str):
            problems += _length(choice["value"], f"{path}[{number}].value", 100, 1)
    return problems


# -- commands: interactions/application-commands


def commands_problems(commands: Sequence[Json]) -> list[Problem]:
    """What is wrong with all commands of one scope."""
    problems = []
    kinds = Counter(command.get("type", 1) for command in commands)
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if kinds[kind] > most:
            problems.append(
                Problem("$", f"{kinds[kind]} commands of type {kind}, allowed are {most}")
            )
    names = Counter((command.get("type", 1), command.get("name")) for command in commands)
    problems += [Problem("$", f"two commands {name!r}") for (_, name), n in names.items() if n > 1]
    for number, command in enumerate(commands):
        problems += _command(command, f"$[{number}]")
    return problems


def _command(command: Json, path: str) -> Iterator[Problem]:
    kind = command.get("type", 1)
    if kind == 1:
        yield from _described(command, path)
        yield from _options(command.get("options") or [], path, depth=0)
    else:
        for name in (command.get("name"), *(command.get("name_localizations") or {}).values()):
            yield from _length(name or "", f"{path}.name", 32, 1)
        if command.get("description") or command.get("options"):
            yield Problem(path, "only slash commands have a description and options")
    if (size := command_size(command)) > 8000:
        yield Problem(path, f"{size} characters, allowed are 8000", 50035)
    rights = command.get("default_member_permissions")
    if rights is not None and not str(rights).isdigit():
        yield Problem(f"{path}.default_member_permissions", f"not a number: {rights!r}")
    for key, allowed in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        given = command.get(key)
        if given is not None and (set(given) - allowed or len(set(given)) < len(given)):
            yield Problem(f"{path}.{key}", f"not of {sorted(allowed)}: {given}")


def _described(thing: Json, path: str) -> Iterator[Problem]:
    """Names are lower-case words of letters, digits, hyphens; descriptions have 1 to 100 characters."""
    names = {"": thing.get("name") or "", **(thing.get("name_localizations") or {})}
    for locale, name in names.items():
        if locale and locale not in LOCALES:
            yield Problem(f"{path}.name_localizations", f"Discord has no locale {locale!r}")
        if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
            yield Problem(f"{path}.name", f"{name!r} is no name for a command or option")
    texts = {"": thing.get("description") or "", **(thing.get("description_localizations") or {})}
    for locale, text in texts.items():
        if locale and locale not in LOCALES:
            yield Problem(f"{path}.description_localizations", f"Discord has no locale {locale!r}")
        yield from _length(text, f"{path}.description", 100, 1)


def _options(options: Sequence[Json], path: str, depth: int) -> Iterator[Problem]:
    if len(options) > 25:
        yield Problem(f"{path}.options", f"{len(options)} options, allowed are 25")
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        yield Problem(f"{path}.options", "two options of the same name")
    optional = False
    for number, option in enumerate(options):
        here = f"{path}.options[{number}]"
        yield from _described(option, here)
        kind = option.get("type")
        if kind in (1, 2):
            if depth + kind > 2 or depth == 2:
                yield Problem(here, "subcommands stand too deep")
            else:
                yield from _options(
                    option.get("options") or [], here, depth + (1 if kind == 2 else 2)
                )
            continue
        if option.get("required") and optional:
            yield Problem(here, "a required option after an optional one")
        optional = optional or not option.get("required")
        choices = option.get("choices") or []
        if choices and option.get("autocomplete"):
            yield Problem(here, "choices and autocomplete together")
        yield from choice_problems(choices, f"{here}.choices")
        low, high = option.get("min_length", 0), option.get("max_length", 6000)
        if kind == 3 and not (0 <= low <= 6000 and 1 <= high <= 6000 and low <= high):
            yield Problem(here, f"from {low} to {high} characters")


def command_size(command: Json) -> int:
    """Characters of names, descriptions and choices, each in its longest language."""
    total, waiting = 0, [command]
    while waiting:
        thing = waiting.pop()
        for key in ("name", "description"):
            texts = [thing.get(key) or "", *(thing.get(f"{key}_localizations") or {}).values()]
            total += max(len(text) for text in texts)
        if isinstance(thing.get("value"), str):
            total += len(thing["value"])
        waiting += [*(thing.get("options") or []), *(thing.get("choices") or [])]
    return total
