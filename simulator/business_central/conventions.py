"""What Business Central does round every write: numbers, id and code pairs, mandatory fields, document headers."""

from __future__ import annotations

from binascii import b2a_base64
from functools import lru_cache, partial

from simulator.business_central.words import BusinessCentralWords, dialog
from simulator.odata.edm import CodePair, TableRelation
from simulator.odata.rules import Row, World, Write
from simulator.odata.service import Shape
from simulator.odata.values import EMPTY_GUID

_MODIFIED = "lastModifiedDateTime"


class BusinessCentralConventions:
    """Business Central's way with rows; stateless."""

    words = BusinessCentralWords()

    def etag(self, version: int) -> str:
        """Return the weak ETag of a version: base64 of '19;<digits>;00;', as the service's own look."""
        return _etag(version)

    def stamp(self, row: Row, version: int) -> None:
        """Business Central shows no version in a row."""

    def complete(self, shape: Shape, write: Write) -> None:
        """Fill the number, the pairs and the modified time; refuse missing and blank mandatory fields."""
        entity, values, given = shape.entity, write.values, write.given
        if entity.subpage is not None and values.get(entity.subpage.kind, "") not in entity.subpage.owners:
            raise dialog(entity.subpage.refusal)
        is_create = write.before is None
        for prop in shape.required:
            if is_create and prop.name not in given:
                raise self.words.missing(entity, prop)
            if prop.name in given and not values[prop.name]:
                raise self.words.blank(prop)
        if entity.relations and not write.is_late:
            self._check_relations(shape, write)
        if not shape.paired.isdisjoint(given):
            for pair in entity.pairs:
                if pair.id in given or pair.code in given:
                    _complete_pair(pair, write)
        if entity.number_series and is_create:
            _complete_number(shape, write)
        if _MODIFIED in values:
            values[_MODIFIED] = write.world.stamp

    def _check_relations(self, shape: Shape, write: Write) -> None:
        for relation in shape.entity.relations:
            value = write.values[relation.property] if relation.property in write.given else ""
            if value and not _is_known(relation, value, write.world):
                raise self.words.unrelated(shape.entity, relation, value)

    def stored(self, shape: Shape, write: Write, deleted: bool) -> None:
        """A line's change is a change of its document: the header gets a new ETag and time."""
        parent = shape.entity.parent
        if parent is None:
            return
        header = write.values.get(parent.column)
        if header and write.world.get(parent.target, header) is not None:
            write.world.update(parent.target, header, {})


@lru_cache(maxsize=1024)  # a row that has just been written is answered, too
def _etag(version: int) -> str:
    digits = (version * 6364136223846793005 + 1442695040888963407) % 9_000_000_000_000_000_000 + 10**18
    inner = b2a_base64(b"'19;%d0;00;'" % digits, newline=False).decode()
    return f'W/"{inner}"'


def _complete_number(shape: Shape, write: Write) -> None:
    series = shape.entity.number_series
    if series is None:
        return
    if not write.values[series.property]:
        write.values[series.property] = write.world.next_number(shape.name)
    elif not series.manual and series.property in write.given:
        raise dialog(
            "You may not enter numbers manually. If you want to enter numbers manually, please activate Manual Nos. "
            f"in No. Series {series.prefix}."
        )


def _is_known(relation: TableRelation, value: str, world: World) -> bool:
    if relation.code != "code":  # customers, items and their like are too many to remember
        return world.find(relation.target, **{relation.code: value}) is not None
    known = world.memo.setdefault("codes", {})
    if relation.target not in known:
        find = partial(_codes_of, world, relation.target)
        known[relation.target] = world.recall(f"codes {relation.target}", (relation.target,), find)
    return value in known[relation.target]


def _codes_of(world: World, entity_set: str) -> frozenset[str]:
    return frozenset(row["code"] for row in world.list(entity_set))


def _complete_pair(pair: CodePair, write: Write) -> None:
    """Fill one of id and code from the other; refuse a value that names nothing, and two that disagree."""
    given, values = write.given, write.values
    has_id, has_code = pair.id in given, bool(pair.code) and pair.code in given
    by_id = _target_by_id(pair, write, values[pair.id]) if has_id else None
    by_code = _target_by_code(pair, write, values[pair.code]) if has_code else None
    if has_id and has_code and (by_id or {}).get("id") != (by_code or {}).get("id"):
        raise dialog(f"The {pair.message} values do not match to a specific {_noun(pair)}.")
    target = by_id if has_id else by_code
    values[pair.id] = target["id"] if target else EMPTY_GUID
    if pair.code:
        values[pair.code] = target[pair.target_code] if target else ""
    if pair.name:
        values[pair.name] = target["displayName"] if target else ""


def _target_by_id(pair: CodePair, write: Write, key: str) -> Row | None:
    if key == EMPTY_GUID:
        return None
    target = write.world.get(pair.target, key)
    if target is None:
        raise dialog(pair.unknown or f'The "{pair.id}" does not match to a {_noun(pair)}.')
    return target


def _target_by_code(pair: CodePair, write: Write, code: str) -> Row | None:
    if not code:
        return None
    target = write.world.find(pair.target, **{pair.target_code: code})
    if target is None:
        raise dialog(pair.unknown or f'The "{pair.code}" does not match to a {_noun(pair)}.')
    return target


def _noun(pair: CodePair) -> str:
    return pair.noun or " ".join(word[:1].upper() + word[1:] for word in pair.message.split())
