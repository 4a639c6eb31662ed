"""The demo: a morning of simulated customers and colleagues, through the real doors of an engine of its own."""
