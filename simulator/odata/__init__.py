"""The OData engine of the simulator: it knows the protocol and no service."""
