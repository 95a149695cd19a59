"""Changes to one thing that keep what was published: another name, another file, deprecated."""

from __future__ import annotations

import pyoxigraph as ox

from kg.editing.draft import Draft
from kg.errors import BadParameter
from kg.names import DCT, OUTSIDE, Iri
from kg.text import Words

__all__ = ["deprecate", "move", "rename"]

_SKOS = OUTSIDE["skos"]
_PREF, _ALT = ox.NamedNode(_SKOS + "prefLabel"), ox.NamedNode(_SKOS + "altLabel")
_NOTE = ox.NamedNode(_SKOS + "historyNote")
_DEPRECATED = ox.NamedNode(OUTSIDE["owl"] + "deprecated")
_REPLACED = ox.NamedNode(DCT + "isReplacedBy")
_TRUE = ox.Literal(True)


def rename(draft: Draft, thing: Iri, label: Words, *, keep_old: bool = False) -> None:
    """Gives a thing other names; with `keep_old` the old ones stay as alternative names. Its code stays.

    A language that `label` does not have keeps its name. Raises BadParameter for a name that is empty.
    """
    node = ox.NamedNode(thing)
    for language, text in label.by_language.items():
        if not text.strip():
            raise BadParameter("A name cannot be empty.", "Give a text with --label.")
        home = draft.home_of(thing)
        for path, triples in draft.about(thing).items():
            for triple in triples:
                name = triple.object
                if triple.predicate != _PREF or not isinstance(name, ox.Literal) or name.language != language:
                    continue
                home = path
                draft.remove(triple)
                if keep_old and name.value != text:
                    draft.add(path, ox.Triple(node, _ALT, name))
        draft.remove(ox.Triple(node, _ALT, ox.Literal(text, language=language)))
        draft.add(home, ox.Triple(node, _PREF, ox.Literal(text, language=language)))


def move(draft: Draft, thing: Iri, file: str) -> None:
    """Puts everything that the home file of a thing says of it in another file. Raises BadParameter.

    What other files add to it stays there: it comes from elsewhere.
    """
    home, target = draft.home_of(thing), draft.file_called(file)
    if home == target:
        raise BadParameter("{thing} is in {file} already.", thing=draft.project.names.compact(thing), file=file)
    for triple in draft.about(thing)[home]:
        draft.remove(triple)
        draft.add(target, triple)


def deprecate(draft: Draft, thing: Iri, *, by: Iri | None, why: Words, file: str = "") -> None:
    """Marks a thing as no longer in use, with what takes its place and why. It stays, with its code and its links.

    That goes to its home file, or to `file`: a source does not deprecate what it states, we do. Raises BadParameter
    when it is deprecated already, when it would replace itself, when its successor is deprecated or of another
    kind, and when neither a successor nor a reason is given.
    """
    names, node = draft.project.names, ox.NamedNode(thing)
    shown = names.compact(thing)
    if _is_deprecated(draft, thing):
        raise BadParameter("{thing} is deprecated already.", thing=shown)
    if by is None and not why:
        raise BadParameter(
            "Why is {thing} deprecated?", "Give a successor with --by, or a reason with --why.", thing=shown
        )
    if by is not None:
        own, other = names.segment_and_code(thing), names.segment_and_code(by)
        if by == thing or _is_deprecated(draft, by):
            raise BadParameter("{by} cannot take the place of {thing}.", "Name a thing in use.", by=by, thing=shown)
        if own and other and own[0] != other[0]:
            raise BadParameter(
                "{by} is a thing of another kind than {thing}.", "Name one of its own kind.", by=other[1], thing=own[1]
            )
    path = draft.ours(draft.file_called(file) if file else draft.home_of(thing))
    draft.add(path, ox.Triple(node, _DEPRECATED, _TRUE))
    if by is not None:
        draft.add(path, ox.Triple(node, _REPLACED, ox.NamedNode(by)))
    for language, text in why.by_language.items():
        draft.add(path, ox.Triple(node, _NOTE, ox.Literal(text, language=language)))


def _is_deprecated(draft: Draft, thing: Iri) -> bool:
    return any(
        triple.predicate == _DEPRECATED and triple.object == _TRUE
        for triples in draft.about(thing).values()
        for triple in triples
    )
