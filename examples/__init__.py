"""Programs that show the extension at work; each runs as it stands, and tests run each."""
