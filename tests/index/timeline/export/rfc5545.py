"""A strict reader of iCalendar files for tests: RFC 5545's grammar, and nothing beside it."""

from __future__ import annotations

import re

_NAME = r"[A-Za-z0-9-]+"
_SAFE = r'[^\x00-\x08\x0a-\x1f\x7f",:;]*'
_VALUE = r'(?:"[^\x00-\x08\x0a-\x1f\x7f"]*"|' + _SAFE + ")"
_PARAMETER = rf";({_NAME})=({_VALUE}(?:,{_VALUE})*)"
_LINE = re.compile(rf"({_NAME})((?:{_PARAMETER})*):([^\x00-\x08\x0a-\x1f\x7f]*)")
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,Nn])*")
_ESCAPED = re.compile(r"\\(.)")
_ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "TRANSP")

Component = dict[str, list[str]]  # a property's name, with its parameters, and its values


def read(data: bytes) -> list[Component]:
    """The events of a calendar. Raises ValueError for whatever the RFC does not allow."""
    if not data.endswith(b"\r\n") or re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        raise ValueError("a line does not end in CRLF")
    physical = data.removesuffix(b"\r\n").split(b"\r\n")
    for line in physical:
        if not 0 < len(line) <= 75:
            raise ValueError(f"a line has {len(line)} octets")
        line.decode()  # no character is cut in two
    logical = data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    lines = [_line(line) for line in logical]
    if lines[0] != ("BEGIN", "VCALENDAR") or lines[-1] != ("END", "VCALENDAR"):
        raise ValueError("it is no single VCALENDAR")
    head: Component = {}
    events: list[Component] = []
    inside: Component | None = None
    for name, value in lines[1:-1]:
        if (name, value) == ("BEGIN", "VEVENT") and inside is None:
            inside = {}
        elif (name, value) == ("END", "VEVENT") and inside is not None:
            events.append(_checked(inside))
            inside = None
        elif name in ("BEGIN", "END"):
            raise ValueError(f"{name}:{value} does not belong here")
        elif inside is None and events:
            raise ValueError(f"{name} stands behind an event")
        else:
            (head if inside is None else inside).setdefault(name, []).append(value)
    if head.get("VERSION") != ["2.0"] or len(head.get("PRODID", ())) != 1 or not events:
        raise ValueError("VERSION, PRODID or an event is missing")
    if len({event["UID"][0] for event in events}) < len(events):
        raise ValueError("two events have the same UID")
    return events


def plain(value: str) -> str:
    """What a TEXT value says."""
    if not _TEXT.fullmatch(value):
        raise ValueError(f"{value!r} is no TEXT")
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "Nn" else match[1], value)


def _line(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"{line!r} is no content line")
    return match[1].upper() + match[2], match[5]


def _checked(event: Component) -> Component:
    for name in event:
        if name.partition(";")[0] in _ONCE and len(event[name]) > 1:
            raise ValueError(f"{name} stands twice")
    for name in ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY"):
        if name not in event:
            raise ValueError(f"{name} is missing")
    if not re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"][0]):
        raise ValueError("DTSTAMP is not in UTC")
    start, end = event["DTSTART;VALUE=DATE"][0], event["DTEND;VALUE=DATE"][0]
    if not (re.fullmatch(r"\d{8}", start) and re.fullmatch(r"\d{8}", end) and start < end):
        raise ValueError(f"from {start} to {end} is no time")
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        for value in event.get(name, ()):
            plain(value)
    return event
