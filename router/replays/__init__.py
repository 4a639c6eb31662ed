"""Past contacts decided again under other rules: read in batches, off the way of everything that is live."""
