"""The imperative shell round the core: observe, carry out, remember."""
