"""The processes that `serve` runs: who starts whom, who restarts whom, and how each ends with its owner."""
