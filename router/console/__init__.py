"""The web pages for colleagues, supervisors and administrators: a module for each page, listed in `routes.py`.

A page's function takes an `Ask` and gives a `Page`, which names a template and the values to fill it with, or a
`Redirect`. What it reads of the record it hands to a pure function that makes those values. Who may see a page stands
in the list, not in the page: `app.py` checks that, and that a form is really ours, before the function is called.
"""
