"""State machines: exactly the written arrows, and a helpful refusal elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.contest import machines
from ckanext.merit.domain.contest.errors import TransitionError
from ckanext.merit.domain.contest.machine import Machine, Move, advance, find_move

ARROWS = {
    "edition": """
        draft publish published, published publish_provisional provisional,
        provisional publish_provisional provisional, provisional publish_final final,
        final correct final, final close closed, draft cancel cancelled,
        published cancel cancelled, provisional cancel cancelled""",
    "rule set": "draft put_in_force in_force, in_force supersede superseded",
    "entry": """
        draft submit submitted, submitted submit submitted, returned submit submitted,
        submitted lock locked, submitted admit admitted, locked admit admitted,
        submitted reject not_admitted, locked reject not_admitted,
        submitted return returned, submitted withdraw withdrawn,
        returned withdraw withdrawn, locked withdraw withdrawn,
        admitted withdraw withdrawn, draft lapse lapsed, returned lapse lapsed,
        admitted disqualify disqualified, not_admitted reinstate admitted,
        disqualified reinstate admitted""",
    "evidence": """
        draft submit submitted, returned submit submitted, draft withdraw withdrawn,
        submitted withdraw withdrawn, returned withdraw withdrawn,
        submitted accept accepted,
        submitted reject rejected, submitted return returned,
        rejected reinstate accepted, submitted supersede superseded,
        returned supersede superseded, accepted supersede superseded,
        rejected supersede superseded""",
    "juror": """
        invited accept accepted, invited decline declined, invited revoke revoked,
        invited expire expired, accepted activate active, active end ended,
        accepted remove removed, active remove removed, declined reinvite invited,
        revoked reinvite invited, expired reinvite invited, ended reinvite invited,
        removed reinvite invited""",
    "conflict": """
        reported admit open, open confirm confirmed, reported dismiss dismissed,
        open dismiss dismissed""",
    "assignment": """
        assigned start in_progress, in_progress complete completed,
        assigned recuse recused, in_progress recuse recused, completed void recused,
        assigned decline declined, in_progress decline declined,
        assigned reassign reassigned, in_progress reassign reassigned,
        assigned expire expired, in_progress expire expired, expired extend assigned,
        completed reopen in_progress, assigned cancel cancelled,
        in_progress cancel cancelled""",
    "review": """
        draft submit submitted, reopened submit submitted, submitted lock locked,
        submitted reopen reopened, locked reopen reopened, draft void void,
        submitted void void, reopened void void, locked void void""",
    "score run": """
        computed approve approved, approved publish published,
        published supersede superseded, computed discard discarded""",
    "appeal": """
        draft file filed, filed admit admitted, filed refuse inadmissible,
        admitted uphold upheld, admitted uphold_partly partly_upheld,
        admitted dismiss dismissed, inadmissible close closed, upheld close closed,
        partly_upheld close closed, dismissed close closed""",
    "distinction": """
        proposed verify verifying, verifying confirm confirmed,
        verifying forfeit forfeited, confirmed announce announced,
        announced revoke revoked, proposed outdate superseded,
        verifying outdate superseded, confirmed outdate superseded,
        announced correct corrected""",
    "invitation": """
        pending accept accepted, pending decline declined, pending revoke revoked,
        pending expire expired""",
    "finding": """
        open answer heard, open pass heard, heard uphold upheld,
        open dismiss dismissed, heard dismiss dismissed""",
    "dispute": """
        open hand handed, handed hand handed, handed decide decided,
        open withdraw withdrawn, handed withdraw withdrawn""",
    "team": """
        forming ready ready, ready unready forming, ready lock locked,
        forming dissolve dissolved, ready dissolve dissolved""",
}
ALL = list(machines.MACHINES.values())


def arrows(text: str) -> set[tuple[str, ...]]:
    return {tuple(arrow.split()) for arrow in text.split(",")}


def test_every_machine_has_its_arrows_written():
    """The table above covers all machines of the kernel."""
    assert set(machines.MACHINES) == set(ARROWS)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_arrows(machine: Machine):
    """A machine has exactly the written transitions."""
    actual = {
        (source, move.act, move.target)
        for move in machine.moves
        for source in move.sources
    }
    assert actual == arrows(ARROWS[machine.name])


@given(st.sampled_from(ALL), st.data())
def test_any_other_act_is_refused_with_what_is_possible(
    machine: Machine, data: st.DataObject
):
    """An act leads along its arrow, or the refusal lists the possible acts."""
    state = data.draw(st.sampled_from(machine.states))
    act = data.draw(st.sampled_from([*machine.acts, "dance"]))
    possible = {a: t for s, a, t in arrows(ARROWS[machine.name]) if s == state}
    if act in possible:
        assert advance(machine, state, act) == possible[act]
    else:
        with pytest.raises(TransitionError) as caught:
            advance(machine, state, act)
        assert set(caught.value.allowed) == set(possible)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_every_state_can_be_reached(machine: Machine):
    """No state lies apart from the initial ones."""
    reached = set(machine.initial)
    for _ in machine.states:
        reached |= {m.target for m in machine.moves if reached & set(m.sources)}
    assert reached == set(machine.states)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_an_act_has_one_target_per_state(machine: Machine):
    """No act is ambiguous in any state."""
    pairs = [(source, m.act) for m in machine.moves for source in m.sources]
    assert len(pairs) == len(set(pairs))


def test_guards_are_described_and_used():
    """Every guard has a sentence, and every sentence a guard."""
    used = {guard for m in ALL for item in m.moves for guard in item.guards}
    assert used == set(machines.GUARDS)


def test_final_states_are_those_that_nothing_leaves():
    """A rejected entry can still be reinstated, a withdrawn one is final."""
    assert machines.ENTRY.final == {"withdrawn", "lapsed"}


def test_refusal_in_a_final_state_says_so():
    """The message names the machine, the state and that nothing is possible."""
    with pytest.raises(TransitionError) as caught:
        advance(machines.INVITATION, "declined", "accept")
    assert str(caught.value) == (
        "invitation: cannot accept when declined; possible: nothing: this state is "
        "final"
    )


def test_refusal_lists_what_is_possible():
    """The message and the detail list the acts in the order of the table."""
    with pytest.raises(TransitionError) as caught:
        advance(machines.CONFLICT, "open", "admit")
    assert str(caught.value).endswith("possible: confirm, dismiss")
    assert caught.value.detail == {
        "state": "open",
        "act": "admit",
        "allowed": ["confirm", "dismiss"],
    }


def test_unknown_state_is_a_programming_error():
    """A state that the machine doesn't have is not a refusal."""
    with pytest.raises(KeyError):
        advance(machines.TEAM, "lost", "ready")


def test_a_move_tells_its_guards_and_whether_it_needs_a_reason():
    """What an action must check is read from the table."""
    assert find_move(machines.RUN, "computed", "discard") == Move(
        "discard", ("computed",), "discarded", reason=True
    )
    assert find_move(machines.ENTRY, "returned", "submit").guards == (
        "due_open",
        "complete",
    )
