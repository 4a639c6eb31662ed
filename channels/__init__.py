"""What providers send becomes an Inbound here, and what we say becomes what providers understand."""
