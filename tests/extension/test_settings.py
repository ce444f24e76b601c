"""The COUPLING_* keys."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from flask_coupling.errors import NotConfigured
from flask_coupling.settings import Settings, describe_keys


def test_defaults_are_filled_in_and_what_the_host_set_stays() -> None:
    config: dict[str, Any] = {"COUPLING_LIST_LIMIT": 20, "OTHER": 1}
    settings = Settings.read(config)
    assert settings.list_limit == 20 and config["COUPLING_URL_PREFIX"] == "/coupling"
    assert config.keys() - {"OTHER"} == {key for key, _, _ in describe_keys()}


def test_every_key_says_what_it_means_and_its_default_can_be_right() -> None:
    Settings()
    for key, _, meaning in describe_keys():
        assert key.startswith("COUPLING_") and len(meaning) > 10 and "\n" not in meaning


def test_a_misspelled_key_is_refused_with_the_right_one() -> None:
    with pytest.raises(NotConfigured, match="COUPLING_SECRET_KEYS"):
        Settings.read({"COUPLING_SECRETS_KEYS": []})


@pytest.mark.parametrize(
    "key, value",
    [
        ("COUPLING_URL_PREFIX", "coupling"),
        ("COUPLING_URL_PREFIX", "/coupling/"),
        ("COUPLING_LIST_LIMIT", 0),
        ("COUPLING_LIST_LIMIT", "20"),
        ("COUPLING_LIST_LIMIT", True),
        ("COUPLING_RETRIES", -1),
        ("COUPLING_WEBHOOK_PAUSE", -1),
        ("COUPLING_PUBLIC_URL", "host.example"),
        ("COUPLING_PUBLIC_URL", "ftp://host.example"),
        ("COUPLING_PUBLIC_URL", "https:///coupling"),
        ("COUPLING_PUBLIC_URL", 5),
        ("COUPLING_LEASE_SECONDS", 0),
        ("COUPLING_PERMISSION", "everyone"),
        ("COUPLING_ALLOW_INSECURE", "false"),
        ("COUPLING_SECRET_KEYS", "one key as a text"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(NotConfigured, match=key):
        Settings.read({key: value})


def test_settings_do_not_show_their_keys() -> None:
    assert "hush" not in repr(Settings(secret_keys=["hush"]))


def test_the_default_clock_tells_utc() -> None:
    assert Settings().clock().tzinfo is UTC
