"""A small GraphQL reader and executor, enough for what a Decidim platform is asked.

Queries with variables, aliases, arguments, fragments; refusals in graphql-ruby's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|\.\.\.|-?\d+(?:\.\d+)?|[A-Za-z_]\w*|[{}()\[\]:=!$@,])\s*'
)
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|#[^\n]*')
_LITERALS = {"true": True, "false": False, "null": None}

Resolver = Callable[[Mapping[str, Any]], Any]


class GraphQLError(Exception):
    """A query the server refuses: one or more errors, in a 200 answer."""

    def __init__(self, message: str, **extensions: str) -> None:
        super().__init__(message)
        self.error: dict[str, Any] = {"message": message, "locations": [{"line": 1, "column": 1}]}
        if extensions:
            self.error["extensions"] = extensions


@dataclass(slots=True)
class Node:
    """One selected field, or one fragment when `on` is set."""

    name: str
    alias: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    on: str = ""


@dataclass(slots=True)
class Thing:
    """An object of the graph: its type, and what each field gives (a value, or a function)."""

    type: str
    fields: Mapping[str, Any]


class _Reader:
    def __init__(self, text: str, variables: Mapping[str, Any]) -> None:
        self.tokens: list[str] = []
        text = _COMMENT.sub(lambda found: found[1] or "", text)
        self.variables = variables
        position = 0
        while position < len(text) and text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise GraphQLError(f"Parse error on {text[position : position + 8]!r}")
            self.tokens.append(match[1])
            position = match.end()
        self.tokens = [token for token in self.tokens if token != ","]
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise GraphQLError(f'Parse error on "{token}" (expected "{expected or "a name"}")')
        self.at += 1
        return token

    def skip_until(self, stop: str) -> None:
        while self.peek() and self.peek() != stop:
            self.at += 1

    def document(self) -> tuple[list[Node], dict[str, list[Node]]]:
        operation: list[Node] = []
        fragments: dict[str, list[Node]] = {}
        while self.peek():
            if self.peek() == "fragment":
                self.take()
                name = self.take()
                self.skip_until("{")
                fragments[name] = self.selection()
            else:
                self.skip_until("{")
                operation = self.selection()
        return operation, fragments

    def selection(self) -> list[Node]:
        self.take("{")
        nodes = []
        while self.peek() != "}":
            nodes.append(self.spread() if self.peek() == "..." else self.field())
        self.take("}")
        return nodes

    def spread(self) -> Node:
        self.take("...")
        if self.peek() == "on":
            self.take()
            return Node("", on=self.take(), children=self.selection())
        return Node(self.take(), on="*")

    def field(self) -> Node:
        name, alias = self.take(), ""
        if self.peek() == ":":
            self.take()
            name, alias = self.take(), name
        node = Node(name, alias or name)
        if self.peek() == "(":
            node.arguments = self.pairs("(", ")")
        if self.peek() == "{":
            node.children = self.selection()
        return node

    def pairs(self, opening: str, closing: str) -> dict[str, Any]:
        self.take(opening)
        found = {}
        while self.peek() != closing:
            name = self.take()
            self.take(":")
            found[name] = self.value()
        self.take(closing)
        return found

    def value(self) -> Any:
        token = self.peek()
        if token == "{":
            return self.pairs("{", "}")
        if token == "[":
            self.take()
            items = []
            while self.peek() != "]":
                items.append(self.value())
            self.take("]")
            return items
        self.take()
        if token == "$":
            return self.variables.get(self.take())
        if token.startswith('"'):
            return token[1:-1].replace('\\"', '"')
        if token in _LITERALS:
            return _LITERALS[token]
        return int(token) if token.lstrip("-").isdigit() else token


def execute(query: str, variables: Mapping[str, Any], root: Thing) -> dict[str, Any]:
    """Return the answer to a query: `data`, or `errors`."""
    try:
        operation, fragments = _Reader(query, variables).document()
        return {"data": _resolve(root, operation, fragments)}
    except GraphQLError as error:
        return {"errors": [error.error]}


def _resolve(
    thing: Thing, nodes: Sequence[Node], fragments: Mapping[str, list[Node]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in nodes:
        if node.on:
            if node.on in ("*", thing.type):
                children = fragments.get(node.name, []) if node.on == "*" else node.children
                found |= _resolve(thing, children, fragments)
        elif node.name == "__typename":
            found[node.alias] = thing.type
        else:
            found[node.alias] = _field(thing, node, fragments)
    return found


def _field(thing: Thing, node: Node, fragments: Mapping[str, list[Node]]) -> Any:
    if node.name not in thing.fields:
        raise GraphQLError(
            f"Field '{node.name}' doesn't exist on type '{thing.type}'",
            code="undefinedField",
            typeName=thing.type,
            fieldName=node.name,
        )
    value = thing.fields[node.name]
    return _completed(value(node.arguments) if callable(value) else value, node, fragments)


def _completed(value: Any, node: Node, fragments: Mapping[str, list[Node]]) -> Any:
    if isinstance(value, list):
        return [_completed(item, node, fragments) for item in value]
    if not isinstance(value, Thing):
        return value
    if not node.children:
        raise GraphQLError(
            f"Field must have selections (field '{node.name}' returns {value.type} but has no "
            f"selections. Did you mean '{node.name} {{ ... }}'?)",
            code="selectionMismatch",
            nodeName=f"field '{node.name}'",
            typeName=value.type,
        )
    return _resolve(value, node.children, fragments)
