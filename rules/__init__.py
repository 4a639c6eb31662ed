"""YAML becomes a Ruleset, and facts become an Outcome with its reasons: pure, without clock, network or store."""
