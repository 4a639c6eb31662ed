"""Plain English forms share a key, other words do not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.words import phrase, stem

FAMILIES = """
smell smells smelling smelled smelt
leak leaks leaking leaked
rat rats rat's rats'
rate rates rating rated
complaint complaints
complain complains complained complaining
boiler boilers boiler's
gas gases
flood floods flooded flooding
damage damages damaged damaging
update updates updated updating
require requires required requiring
decide decided deciding
deliver delivered delivering
visit visits visited visiting
cancel cancels cancelled cancelling canceled
install installs installed installing
stop stops stopped stopping
drip drips dripped dripping
block blocks blocked blocking
repair repairs repaired repairing
arrange arranged arranging
change changes changed changing
notice notices noticed noticing
use uses used using
lose loses lost losing
close closes closed closing
heat heating heated
allergy allergies
try tries tried trying
neighbour neighbours neighbour's
glass glasses
box boxes
match matches
issue issues issued
queue queues queueing queuing
owe owes owed owing
child children child's
settle settled settling
disable disabled
move moves moved moving
write writes wrote written writing
add adds added adding
bang bangs banging banged
tile tiles tiled tiling
fill fills filled filling
file files filed filing
plan plans planned planning
hope hoped hoping
hop hopped hopping
describe described describing
open opens opened opening
quote quoted quoting
schedule scheduled scheduling
telephone telephoned
replace replaced replacing
ignore ignored ignoring
apply applies applied applying
evict evicted evicting
harass harassed harassing
increase increases increased increasing
lease leases leased
bus buses
agree agrees agreed agreeing
need needs needed needing
go goes going gone went
worry worries worried worrying
die dies died dying
refer referred referring
bid bids bidding
struggle struggled struggling
headache headaches
freeze freezes freezing froze frozen
break breaks breaking broke broken
waste wastes wasted wasting
address addresses addressed addressing
create created creating
negotiate negotiated
fit fits fitted fitting
fix fixes fixed fixing
complete completed completing
mouse mice
type typed typing
purchase purchased
delay delays delayed
house houses
housing
building buildings
sibling siblings
precede preceded preceding
guide guided guiding
route routed routing
focus focused
status statuses
past
paste pasted pasting
know known knows
keep kept keeps
ceiling ceilings
thing things
string
during
king
ring rings ringing
morning
evening
bed beds
red
need
speed
hundred
this
his
always
virus viruses
news
mould
mouldy
damp
university universities
universal
policy policies
police
organ organs
organise organised
general
generate generated
""".strip().splitlines()


@pytest.mark.parametrize("family", FAMILIES)
def test_forms_of_a_word_share_a_key(family: str) -> None:
    assert len({phrase(word) for word in family.split()}) == 1


def test_no_two_words_share_a_key() -> None:
    keys = [(phrase(family.split()[0]), family.split()[0]) for family in dict.fromkeys(FAMILIES)]
    clashes = [(one, other) for (a, one), (b, other) in itertools.combinations(keys, 2) if a == b and one != other]
    assert not clashes


@pytest.mark.parametrize("token", ["gaz", "запахи", "रहने", "cafés", "4beds", "", "s", "ed", "ing", "x" * 10_000])
def test_what_is_no_plain_english_word_is_left_alone(token: str) -> None:
    assert stem(token) == token


@given(st.text(alphabet="abcdeginrstuvyz", max_size=12))
def test_a_key_is_its_own_key(token: str) -> None:
    assert stem(stem(token)) == stem(token)
