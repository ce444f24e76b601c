"""The language pages speak: texts from the extension's own catalog, numbers and dates as the locale writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import (
    Babel,
    Domain,
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    get_babel,
    get_locale,
)

LANGUAGES = {"en": "English", "da": "Dansk"}
COOKIE = "coupling_lang"
DOMAIN = Domain(translation_directories=[str(Path(__file__).parent / "translations")], domain="flask_coupling")

_COOKIE_SECONDS = 365 * 24 * 3600
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_own_babel = Babel(configure_jinja=False)


def init_language(app: Flask) -> None:
    """Use the host's Flask-Babel, which may also come later; without one, a quiet one that touches no template."""
    if "babel" not in app.extensions:
        _own_babel.init_app(app, locale_selector=_choose_language)


def is_switchable() -> bool:
    """Whether we choose the language ourselves; otherwise the host does."""
    return get_babel().instance is _own_babel


def language() -> str:
    """The language of the texts, as an HTML `lang`: a host's locale without a catalog reads English."""
    code: str = getattr(get_locale(), "language", "en")
    return code if code in LANGUAGES else "en"


def remember_language(response: Response) -> Response:
    """Keep the language that `?lang=` asked for in a cookie."""
    asked = request.args.get("lang", "")
    if is_switchable() and asked in LANGUAGES:
        path = request.script_root or "/"
        secure = request.is_secure
        response.set_cookie(
            COOKIE, asked, max_age=_COOKIE_SECONDS, path=path, samesite="Lax", secure=secure, httponly=True
        )
    return response


def text(message: str, **facts: Any) -> str:
    """Translate a message and fill in its `%(name)s` places; one without a translation stays English."""
    translated = DOMAIN.get_translations().ugettext(message) if g and message else message
    return translated % facts if facts else str(translated)


def plural(one: str, many: str, number: int, **facts: Any) -> str:
    """Translate the form that fits `number`, which is `%(num)s` in the message, written as the locale does."""
    chosen = DOMAIN.get_translations().ungettext(one, many, number)
    return str(chosen % {"num": amount(number), **facts})


def mark(message: str) -> str:
    """Mark a message for the catalog that is translated where it is shown."""
    return message


def amount(number: int | float | Decimal) -> str:
    """A count or an amount, with the locale's separators."""
    return str(format_decimal(number))


def moment(value: datetime | str | None) -> str:
    """A point in time in the reader's time zone; a dash when there is none, the text itself when it is no time."""
    if isinstance(value, str):
        if not _ISO_TIME.fullmatch(value):
            return value or "–"
        value = datetime.fromisoformat(value)
    return "–" if value is None else str(format_datetime(value, "short"))


def duration(seconds: float) -> str:
    """A span of time in words."""
    return str(format_timedelta(timedelta(seconds=seconds)))


def shown(value: Any) -> str:
    """A field's value: numbers, dates and yes/no as the locale writes them, empty text for a blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("Yes") if value else text("No")
    if isinstance(value, int | float | Decimal):
        return str(format_decimal(value, "#,##0.#####"))
    return _shown_text(str(value))


def _shown_text(value: str) -> str:
    try:
        if _ISO_DATE.fullmatch(value):
            return str(format_date(date.fromisoformat(value), "short"))
        if _ISO_TIME.fullmatch(value):
            return moment(value)
    except ValueError:  # looks like a date and is none: 2024-02-31
        return value
    return value


def _choose_language() -> str | None:
    wishes = (request.args.get("lang", ""), request.cookies.get(COOKIE, ""))
    chosen = next((each for each in wishes if each in LANGUAGES), None)
    return chosen or request.accept_languages.best_match(list(LANGUAGES))
