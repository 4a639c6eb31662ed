"""How the tables came to be as they are, one revision after the other; `router.store.migrate` runs them."""
