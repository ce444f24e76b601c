"""Dynamics 365 Sales on Dataverse: its model and its ways."""
