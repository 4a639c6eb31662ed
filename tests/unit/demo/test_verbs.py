"""What we write as TwiML, a provider reads as what was meant."""

from hypothesis import given
from hypothesis import strategies as st

from channels.replies import CallSteps, Connect, Hangup, Menu, Redirect, Say, Step
from channels.twiml import render
from router.demo import verbs

TEXT = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60).map(str.strip).filter(bool)
SAY = st.builds(Say, TEXT, st.just("en-GB"))
STEPS = st.one_of(
    SAY,
    st.builds(Menu, st.tuples(SAY), st.just(("1", "22")), st.just("menu"), st.integers(1, 30), st.integers(1, 3)),
    st.builds(Connect, st.just("+441632960001"), st.none(), st.integers(5, 60), st.sampled_from(["", "dialled"])),
    st.just(Redirect("menu?step=2")),
    st.just(Hangup()),
)


def meant(step: Step) -> list[verbs.Verb]:
    """The verbs that a provider is to read for one step."""
    root = "/channels/twilio/voice"
    match step:
        case Say(text):
            return [verbs.Say(text)]
        case Menu():
            says = tuple(verbs.Say(each.text) for each in step.prompts)
            common = (says, f"{root}/menu", float(step.wait_seconds), 2, "")
            return [
                verbs.Gather(*common, reports_silence=number == step.repeat) for number in range(1, step.repeat + 1)
            ]
        case Connect():
            return [verbs.Dial(step.number, f"{root}/{step.then}" if step.then else "", float(step.timeout_seconds))]
        case Redirect():
            return [verbs.Redirect(f"{root}/menu?step=2")]
        case Hangup():
            return [verbs.Hangup()]


@given(st.lists(STEPS, max_size=5))
def test_every_step_is_read_as_it_was_meant(steps: list[Step]) -> None:
    document = render(CallSteps(tuple(steps)), "twilio/voice")
    assert list(verbs.read(document)) == [verb for step in steps for verb in meant(step)]
