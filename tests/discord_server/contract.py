"""Requests against Discord's own description of its API, `../shared/discord/openapi.json`.

Where that file isn't there `load` returns None, and only `limits` is checked. What the description
lacks, though the API takes it, is in its README; ids may come as numbers too.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.discord_server.limits import Problem

FILE = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"
_NAME = "urn:discord"


class Contract:
    def __init__(self, document: dict[str, Any]) -> None:
        document["components"]["schemas"]["SnowflakeType"] = {
            "anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer"}]
        }
        _loosen(document)
        self._paths: dict[str, Any] = document["paths"]
        resource: Resource[Any] = DRAFT202012.create_resource(document)
        self._registry = Registry[Any]().with_resource(_NAME, resource)
        self._patterns = [(_pattern(path), path) for path in sorted(self._paths, key=_vague)]
        self._validators: dict[tuple[str, ...], Draft202012Validator | None] = {}

    def template(self, path: str) -> str | None:
        """The path as the description has it, with names in braces; None when it isn't there."""
        return next((name for pattern, name in self._patterns if pattern.fullmatch(path)), None)

    def problems(self, method: str, path: str, body: Any) -> list[Problem]:
        """What of this request, its path below ``/api/v10``, the description doesn't allow."""
        template = self.template(path)
        if template is None or method.lower() not in self._paths[template]:
            return [Problem("$", f"{method} {path} is not described")]
        return self._check((template, method.lower(), "requestBody"), body)

    def answer_problems(self, method: str, path: str, status: int, body: Any) -> list[Problem]:
        """What of an answer of our server Discord would not have sent."""
        template = self.template(path)
        if template is None:
            return []
        return self._check((template, method.lower(), "responses", str(status)), body)

    def _check(self, place: tuple[str, ...], body: Any) -> list[Problem]:
        validator = self._validator(place)
        if validator is None or body is None:
            return []
        error = best_match(validator.iter_errors(body))
        if error is None:
            return []
        return [Problem(error.json_path, f"{error.message[:300]} (schema)")]

    def _validator(self, place: tuple[str, ...]) -> Draft202012Validator | None:
        """For what stands below this place of ``paths``; None where nothing is described."""
        if place not in self._validators:
            described: Any = self._paths
            for part in place:
                described = described.get(part, {})
            made = None
            if "application/json" in described.get("content", {}):
                parts = ("paths", *place, "content", "application/json", "schema")
                pointer = "/".join(_escape(part) for part in parts)
                made = Draft202012Validator(
                    {"$ref": f"{_NAME}#/{pointer}"}, registry=self._registry
                )
            self._validators[place] = made
        return self._validators[place]


def _loosen(document: dict[str, Any]) -> None:
    """Rewrite each choice of objects that differ in ``type``: faster, and errors name the right one.

    All other choices become ``anyOf``, which is what the description means by ``oneOf``, and
    integers may come as text.
    """
    schemas = document["components"]["schemas"]
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            kinds = node.get("type")
            if "enum" not in node and (kinds == "integer" or kinds == ["integer", "null"]):
                number = dict(node)
                node.clear()
                node["anyOf"] = [number, {"type": "string", "pattern": "^-?[0-9]+$"}]
                continue
            waiting += node.values()
            for key in ("oneOf", "anyOf"):
                branches = node.pop(key, None)
                if isinstance(branches, list):
                    node |= _by_type(branches, schemas) or {"anyOf": branches}
                elif branches is not None:
                    node[key] = branches


def _by_type(branches: list[Any], schemas: dict[str, Any]) -> dict[str, Any] | None:
    kinds: list[list[int]] = []
    for branch in branches:
        schema = schemas.get(str(branch.get("$ref", "")).rpartition("/")[2], {})
        kind = schema.get("properties", {}).get("type", {}).get("enum")
        if kind is None:
            return None
        kinds.append(kind)
    every = [kind for some in kinds for kind in some]
    if len(kinds) < 2 or len(set(every)) < len(every):
        return None
    rules = [
        {"if": {"properties": {"type": {"enum": kind}}}, "then": branch}
        for kind, branch in zip(kinds, branches, strict=True)
    ]
    return {"required": ["type"], "properties": {"type": {"enum": every}}, "allOf": rules}


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _vague(path: str) -> tuple[int, str]:
    """Fewer names in braces first: ``@original`` before ``{message_id}``."""
    return path.count("{"), path


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", path)
    return re.compile("[^/]+".join(re.escape(part) for part in parts))


@functools.cache
def load() -> Contract | None:
    """The contract, read once; None where the description isn't beside the repository."""
    if not FILE.is_file():
        return None
    return Contract(json.loads(FILE.read_text(encoding="utf-8")))
