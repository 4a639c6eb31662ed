"""Which actions make sense for an enquiry as it stands, so that a page offers no others; `act` has the last word."""

from router.enquiry.actions import Actor
from router.enquiry.state import State

ALWAYS = ("note", "link")


def possible(state: State, actor: Actor) -> tuple[str, ...]:
    """The names of the actions that somebody may take now, in the order that a page shows them."""
    owns = actor.everywhere or state.team in actor.teams
    involved = owns or bool(actor.teams & {*state.also, *state.told})
    if not state.is_open:
        return ("reopen", *ALWAYS) if owns else ALWAYS
    found = []
    if involved and state.wants_acknowledging:
        found.append("acknowledge")
    if state.colleague is None and (owns or actor.teams & {*state.told}):
        found.append("take")
    if owns:
        found += _owners(state, actor)
    if involved and state.unanswered:
        found.append("answer")
    return (*found, *ALWAYS)


def _owners(state: State, actor: Actor) -> list[str]:
    found = ["reply", "promise-callback"]
    if state.promised:
        found.append("try-callback")
    found += ["resume" if state.waiting else "wait", "ask", "transfer", "split"]
    if state.colleague is not None and (state.colleague == actor.user or actor.everywhere):
        found.append("hand-back")
    if not state.promised:
        found.append("resolve")
    return found
