"""Which row of the permission table each action of awards needs, and on what."""

from __future__ import annotations

from ckanext.merit.logic.contest.grants import Grant

__all__ = ["GRANTS"]

GRANTS: dict[str, Grant] = {
    # Enrolment
    "merit_award_chance_list": Grant("see_chances", "edition"),
    "merit_award_enrolment_check": Grant("follow_entry", "entry"),
    "merit_award_representative_show": Grant("follow_entry", "entry"),
    "merit_award_representative_change": Grant("enrol", "entry"),
    # Files
    "merit_award_file_create": Grant("give_files", "materials"),
    "merit_award_file_show": Grant("see_evidence", "file"),
    # Evidence
    "merit_award_evidence_save": Grant("add_evidence", "evidence"),
    "merit_award_evidence_submit": Grant("add_evidence", "evidence"),
    "merit_award_evidence_withdraw": Grant("add_evidence", "evidence"),
    "merit_award_evidence_accept": Grant("screen", "evidence"),
    "merit_award_evidence_reject": Grant("screen", "evidence"),
    "merit_award_evidence_return": Grant("screen", "evidence"),
    "merit_award_evidence_show": Grant("see_evidence", "evidence"),
    "merit_award_evidence_list": Grant("see_evidence", "materials"),
    "merit_award_evidence_screen_list": Grant("see_assigned", "edition"),
    # Disputes
    "merit_award_dispute_open": Grant("dispute_level", "evidence"),
    "merit_award_dispute_withdraw": Grant("dispute_level", "dispute"),
    "merit_award_dispute_hand": Grant("appoint_jurors", "dispute"),
    "merit_award_dispute_decide": Grant("decide_level", "dispute"),
    "merit_award_dispute_show": Grant("see_evidence", "dispute"),
    "merit_award_dispute_list": Grant("see_run", "edition"),
    "merit_award_dispute_mine": Grant("see_own_scores", "own_jury"),
    # Machine criteria
    "merit_award_snapshot_take": Grant("take_snapshot", "edition"),
    "merit_award_snapshot_measure": Grant("take_snapshot", "snapshot"),
    "merit_award_snapshot_list": Grant("read_audit", "edition"),
    "merit_award_snapshot_show": Grant("see_public", "snapshot"),
    "merit_award_finding_list": Grant("read_audit", "edition"),
    "merit_award_finding_mine": Grant("follow_entry", "entry"),
    "merit_award_finding_answer": Grant("add_evidence", "finding"),
    "merit_award_finding_decide": Grant("screen", "finding"),
    "merit_award_standing_show": Grant("see_machine_score", "entry"),
    "merit_award_board_show": Grant("see_public", "edition"),
    "merit_award_whatif_show": Grant("see_machine_score", "entry"),
    "merit_award_creator_list": Grant("follow_entry", "entry"),
    "merit_award_credit_give": Grant("credit", "entry"),
    "merit_award_credit_withdraw": Grant("credit", "entry"),
    "merit_award_credit_list": Grant("see_public", "edition"),
    "merit_award_kpi_list": Grant("see_public", "edition"),
    "merit_award_simulation_travel": Grant("manage_edition", "edition"),
    # Time
    "merit_award_snapshot_advance": Grant("appoint_secretariat", "portal"),
    "merit_award_snapshot_examine": Grant("appoint_secretariat", "portal"),
    "merit_award_finding_tick": Grant("appoint_secretariat", "portal"),
}
