"""Fake services that speak Business Central's API and the Dataverse Web API."""
