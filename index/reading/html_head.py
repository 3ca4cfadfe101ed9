"""What a page says of itself: encoding, title, author, date, publisher, language, address."""

from __future__ import annotations

import codecs
import posixpath
import re

from index.reading.html_main import Scan
from index.reading.markup import Tree

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_SAVED = re.compile(r"<!-- saved from url=\(\d+\)(\S+)")
_META = re.compile(rb"<meta[\s/][^>]*+>", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SITE = re.compile(r"\s(?:[|–—·»:-]|::)\s")
_BEFORE_SITE = tuple("-–—|/_:：·•»")
_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?=\D|$)")
_PROPERTY_NAMES = {
    "author": ("author", "citation_author", "dc.creator", "dcterms.creator", "article:author"),
    "date": (
        "article:published_time",
        "citation_publication_date",
        "citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dc.date",
        "dcterms.date",
        "dcterms.created",
        "date",
        "publish-date",
        "pubdate",
        "datepublished",
    ),
    "publisher": (
        "publisher",
        "dc.publisher",
        "dcterms.publisher",
        "citation_publisher",
        "og:site_name",
    ),
    "language": ("dc.language", "dcterms.language", "citation_language", "og:locale"),
    "rights": ("dc.rights", "dcterms.rights", "copyright"),
    "url": ("og:url",),
}


def own_addresses(found: Scan, text: str) -> set[str]:
    """What a link to the page itself may say before its fragment."""
    own = {link.get("href", "") for link in found.link_tags if link.get("rel", "") == "canonical"}
    own |= {meta.get("content", "") for meta in found.metas if meta.get("property") == "og:url"}
    if saved := _SAVED.search(text, 0, 2048):
        own.add(saved[1])
    return {form for url in own for form in (url, url.partition("#")[0], posixpath.basename(url))}


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the first 2,048 bytes of HTML or XML name, if Python knows it.

    As in the WHATWG's prescan, one that names UTF-16 stands in bytes that are not, and means UTF-8.
    """
    opening = data[:2048]
    names = [match[1] for match in (_XML_ENCODING.match(opening),) if match]
    for meta in _META.finditer(_COMMENT.sub(b"", opening)):
        if charset := _CHARSET.search(meta[0]):
            names.append(charset[1])
    for name in names:
        try:
            codec = codecs.lookup(name.decode("ascii"))
        except (LookupError, UnicodeError, ValueError):
            continue
        if not getattr(codec, "_is_text_encoding", True):
            continue
        if codec.name.startswith(("utf-16", "utf-32")) or codec.name in ("utf-7",):
            return "utf-8"
        return "cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name
    return None


def page_properties(found: Scan) -> dict[str, str]:
    """What the head of a page says of it: author, date, publisher, language, rights, url."""
    said: dict[str, list[str]] = {}
    for meta in found.metas:
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = " ".join(meta.get("content", "").split())[:1000]
        if name and content:
            said.setdefault(name, []).append(content)
    properties: dict[str, str] = {}
    for name, sources in _PROPERTY_NAMES.items():
        values = next((said[source] for source in sources if source in said), [])
        if name == "author" and values:
            values = [v for v in values if not v.startswith(("http:", "https:"))]
            properties[name] = "; ".join(dict.fromkeys(values[:20]))
        elif name == "date":
            if values and (date := iso_date(values[0])):
                properties[name] = date
        elif values:
            properties[name] = values[0]
    properties = {name: value for name, value in properties.items() if value}
    if found.language:
        properties["language"] = found.language.strip()[:35]
    for link in found.link_tags:
        if link.get("rel", "").lower() == "canonical" and link.get("href", "").startswith("http"):
            properties["url"] = link["href"][:2000]
    if "title" not in properties:
        for name in ("og:title", "dc.title", "citation_title"):
            if name in said:
                properties["title"] = said[name][0]
                break
    return properties


def iso_date(written: str) -> str | None:
    """A date like 2021, 2021-02 or 2021/02/03T… in EDTF, as exactly as it is written."""
    match = _DAY.match(written.strip())
    if match is None:
        return None
    year, month, day = match[1], match[2], match[3]
    if month is None or not 1 <= int(month) <= 12:
        return year
    if day is None or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}"


def page_title(tree: Tree, found: Scan, h1: str | None) -> str | None:
    """The title: that of the head, without the site's name where the first heading shows it alone."""
    titles = [tree.words(node) for node in found.titles[:3]]
    title = next((words for words in titles if words), "")
    if not title:
        title = page_properties(found).get("title", "")
    if h1 and title != h1:
        pieces = _SITE.split(title)
        if h1 in pieces or (title.startswith(h1) and len(pieces) > 1) or not title:
            return h1
        rest = title.removeprefix(h1).lstrip()
        if title.startswith(h1) and rest[:1] in _BEFORE_SITE:
            return h1
    site = page_properties(found).get("publisher", "")
    article = title.removesuffix(site).rstrip() if site else title
    if article[-1:] in _BEFORE_SITE and len(article) < len(title):
        title = article[:-1].rstrip() or title
    return title[:1000] or h1
