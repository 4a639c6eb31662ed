"""What can be proven about a whole ruleset: which rules can decide, what is covered, and which rules disagree."""
