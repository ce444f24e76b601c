"""Keep the pages' message catalog: collect what has to be translated, merge it into the .po, compile the .mo.

`python -m tests.web.catalog` does all three; what is then untranslated is left for a person (and a test tells).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import flask_coupling.concerns
import flask_coupling.web
from flask_coupling.core import document_shape, fault
from flask_coupling.core.transformation import all_transformations
from flask_coupling.errors import FATES, error_classes
from flask_coupling.mappings import default_setup
from flask_coupling.mappings._statistics import ACCOUNT_STATISTICS
from flask_coupling.operations import companies, setting, synchronization
from flask_coupling.permissions import _WORDS as ACTIONS
from flask_coupling.web.argument_form import summary_of

WEB = Path(flask_coupling.web.__file__).parent
DANISH = WEB / "translations" / "da" / "LC_MESSAGES" / "flask_coupling.po"
COMPILED = DANISH.with_suffix(".mo")

_METHODS = [("pages/**.py", "python"), ("*.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_KEYWORDS = {"text": None, "mark": None, "plural": (1, 2), "_ct": None, "_cn": (1, 2)}
# what services tell about themselves is labelled by its name
_FACTS = ("version", "user", "company_id", "company_name", "base_currency_code", "organization_id", "base_currency_id")


def collect() -> Catalog:
    """Every message the pages can show, as a catalog without translations."""
    catalog = Catalog(domain="flask_coupling", project="flask-coupling", version="1", charset="utf-8")
    for path, line, message, comments, context in extract_from_dir(str(WEB), _METHODS, keywords=_KEYWORDS):
        catalog.add(message, locations=[(f"web/{path}", line)], auto_comments=comments, context=context)
    for place, message in _declared():
        catalog.add(message, locations=[(place, 0)])
    return catalog


def _declared() -> Iterator[tuple[str, str]]:
    for error in filter(_is_shipped, error_classes()):
        for message in (error.template, error.advice):
            if message and message not in ("{detail}", "{remedy}", "{next_step}"):
                yield "errors", message
    yield from (("errors", each) for each in FATES.values())
    for mapping in default_setup().values():
        yield "mappings", mapping.caption
        yield from (("mappings", field.caption) for field in mapping.fields)
    yield from (("faults", each) for each in (*fault.TEMPLATES.values(), *fault.KINDS.values()) if each != "{detail}.")
    yield from (("faults", each) for each in document_shape.SHAPES)
    yield "mappings", ACCOUNT_STATISTICS.caption
    yield from (("mappings", field.caption) for field in ACCOUNT_STATISTICS.fields)
    yield from (("permissions", each) for each in ACTIONS.values())
    yield from (("operations", each) for each in synchronization._WORDS.values())
    yield "operations", setting.NO_REASON
    yield from (("operations", each) for each in (companies.ALL_COMPANIES, companies.OWN_COMPANY))
    for way in (each for each in all_transformations() if _is_shipped(each.to_sales)):
        yield from (("transformations", each) for each in (summary_of(way), *(one.summary for one in way.parameters)))
    yield from (("facts", each.replace("_", " ").capitalize()) for each in _FACTS)


def _is_shipped(declared: object) -> bool:
    """Whether a class or function was written in the extension, and not in an example or a test that ran before."""
    return str(getattr(declared, "__module__", "")).startswith("flask_coupling.")


def read_danish() -> Catalog:
    """The Danish catalog as it is in the repository."""
    with DANISH.open("rb") as file:
        return read_po(file, locale="da", domain="flask_coupling")


def compiled(catalog: Catalog) -> bytes:
    """The binary form of a catalog."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The messages without a translation, or with a form of it missing."""
    forms = [
        (str(each.id), each.string if isinstance(each.string, tuple) else (each.string,)) for each in catalog if each.id
    ]
    return [message for message, strings in forms if not strings or not all(strings)]


def main() -> None:
    """Merge and compile; print what still lacks a translation."""
    catalog = read_danish()
    catalog.update(collect(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with DANISH.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True, include_lineno=False)
    COMPILED.write_bytes(compiled(read_danish()))
    for message in untranslated(read_danish()):
        print(message)


if __name__ == "__main__":
    main()
