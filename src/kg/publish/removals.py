"""What a release may let go of: nothing that an earlier one published, unless it was deprecated or that is agreed."""

from __future__ import annotations

from collections.abc import Iterable

from kg.errors import BadParameter, ReleaseError
from kg.files.project import Project
from kg.graph.store import Store
from kg.names import Iri
from kg.publish.archive import before, releases_on_disk
from kg.publish.changes import deprecated, published
from kg.text import did_you_mean

__all__ = ["agreed_removals"]

_NAMED = 5


def agreed_removals(project: Project, store: Store, allowed: Iterable[str] = ()) -> tuple[Iri, ...]:
    """The IRIs of earlier versions on disk that this graph lets go of on purpose, sorted.

    On purpose is what `allowed` names (IRI or prefixed name), and what a release on disk records. Raises ReleaseError
    when anything else is gone without having been deprecated, or when an earlier version cannot be read to compare
    with; BadParameter when what is allowed is not gone.
    """
    lost = _lost(project, store)
    given = {project.names.expand(name) or Iri(name) for name in allowed}
    for iri in sorted(given - lost):
        raise BadParameter(
            "{iri} is not gone, so it need not be allowed.",
            "Gone is: {lost}.",
            iri=project.names.compact(iri),
            lost=did_you_mean(iri, lost) or len(lost),
        )
    agreed = given | {iri for release in releases_on_disk(project).values() for iri in release.removed}
    refused = sorted(lost - agreed)
    if refused:
        named = [project.names.compact(iri) for iri in refused[:_NAMED]]
        raise ReleaseError(
            "{count} names that an earlier version published are gone without having been deprecated: {names}.",
            "Bring them back and deprecate them: `kg deprecate`, or owl:deprecated true with dct:isReplacedBy. What "
            "should never have been published may go with `kg build --allow-removal NAME`; the manifest then says so. "
            "`kg diff {version} .` tells everything that changed.",
            count=len(refused),
            names=", ".join(named) + (" …" if len(refused) > _NAMED else ""),
            version=before(project)[-1].version,
        )
    return tuple(sorted(lost & agreed))


def _lost(project: Project, store: Store) -> set[Iri]:
    """What any earlier version published and this graph does not know, unless one of them deprecates it."""
    known = published(store)
    lost: set[Iri] = set()
    ended: set[Iri] = set()
    for release in before(project):
        try:
            older = release.store(project)
        except ReleaseError:
            raise ReleaseError(
                "Release {version} is damaged, so nothing can be compared with it.",
                "Put its files back, or take {folder} away.",
                version=release.version,
                folder=release.folder,
            ) from None
        ended |= deprecated(older)
        lost |= published(older) - known
    return lost - ended
