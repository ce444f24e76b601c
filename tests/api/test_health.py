"""Health over REST: as JSON, and as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

from .conftest import expect_problem


def test_health_is_told_as_json(api, world):
    found = api.get("/connections/default/health").json
    assert (found["state"], found["findings"], found["enabled"]) == ("good", [], True)
    assert [each["side"] for each in found["services"]] == ["bc", "sales"]
    assert {each["mapping"] for each in found["mappings"]} >= {"CUSTOMER", "CONTACT"}


def test_health_of_no_connection_is_a_problem(api):
    expect_problem(api.get("/connections/none/health"), 404, "connection_not_found")


def test_metrics_are_what_prometheus_reads(api, synchronized):
    answer = api.get("/metrics")
    families = {each.name: each for each in text_string_to_metric_families(answer.text)}
    couplings = {each.labels["mapping"]: each.value for each in families["coupling_couplings"].samples}
    assert couplings["CUSTOMER"] == 1
    (level,) = families["coupling_health_level"].samples
    assert (level.labels, level.value) == ({"connection": "default"}, 0)
    requests = {each.labels["side"]: each.value for each in families["coupling_service_requests"].samples}
    assert requests["bc"] > 0 and requests["sales"] > 0


def test_metrics_speak_of_findings_by_code(api, world):
    api.put("/connections/default", {"secret_expires_on": "2001-01-01"})
    families = {each.name: each for each in text_string_to_metric_families(api.get("/metrics").text)}
    labels = [each.labels for each in families["coupling_findings"].samples]
    assert labels == [{"connection": "default", "code": "secret_expired", "level": "bad"}]


def test_metrics_without_any_connection_are_empty_and_valid(api):
    families = list(text_string_to_metric_families(api.get("/metrics").text))
    assert families and all(not each.samples for each in families)


def test_a_day_that_is_none_is_refused(api, world):
    expect_problem(api.put("/connections/default", {"secret_expires_on": "2026-02-30"}), 422, "input_invalid")
