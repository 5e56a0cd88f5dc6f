"""Which row of the permission table each action needs, and on what."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GRANTS", "Grant"]


@dataclass(frozen=True)
class Grant:
    """What an action needs.

    Attributes:
        act: Row of the permission table.
        subject: Kind of object that its parameters name.
        datathon: Row for editions that are datathons, where it differs.
    """

    act: str
    subject: str
    datathon: str | None = None


GRANTS: dict[str, Grant] = {
    # Programmes and roles
    "merit_programme_create": Grant("appoint_secretariat", "portal"),
    "merit_programme_list": Grant("see_public", "portal"),
    "merit_programme_update": Grant("appoint_secretariat", "programme"),
    "merit_role_grant": Grant("appoint_roles", "programme"),
    "merit_role_end": Grant("appoint_roles", "role"),
    "merit_role_list": Grant("see_draft", "programme"),
    "merit_secretariat_appoint": Grant("appoint_secretariat", "programme"),
    "merit_secretariat_dismiss": Grant("appoint_secretariat", "role"),
    "merit_deputy_appoint": Grant("appoint_deputy", "edition"),
    "merit_organization_profile_update": Grant("edit_edition", "programme"),
    "merit_organization_profile_import": Grant("edit_edition", "programme"),
    "merit_organization_profile_list": Grant("see_draft", "programme"),
    "merit_office_list": Grant("see_public", "portal"),
    "merit_office_show": Grant("read_audit", "edition"),
    # Editions
    "merit_edition_create": Grant("edit_edition", "programme"),
    "merit_edition_update": Grant("edit_edition", "edition"),
    "merit_edition_show": Grant("see_public", "edition"),
    "merit_edition_access_show": Grant("see_public", "edition"),
    "merit_edition_list": Grant("see_public", "portal"),
    "merit_edition_publish": Grant("publish_edition", "edition"),
    "merit_edition_cancel": Grant("manage_edition", "edition"),
    "merit_edition_close": Grant("publish_results", "edition"),
    "merit_edition_clone": Grant("edit_edition", "edition"),
    "merit_edition_export": Grant("see_public", "edition"),
    "merit_edition_import": Grant("edit_edition", "programme"),
    "merit_stage_create": Grant("edit_edition", "edition"),
    "merit_stage_update": Grant("edit_edition", "stage"),
    "merit_stage_delete": Grant("edit_edition", "stage"),
    "merit_category_create": Grant("edit_edition", "edition"),
    "merit_category_update": Grant("edit_edition", "category"),
    "merit_category_delete": Grant("edit_edition", "category"),
    "merit_phase_create": Grant("edit_edition", "edition"),
    "merit_phase_delete": Grant("edit_edition", "phase"),
    "merit_calendar_update": Grant("manage_edition", "edition"),
    # Rules
    "merit_rule_set_create": Grant("edit_edition", "edition"),
    "merit_rule_set_update": Grant("edit_edition", "rule_set"),
    "merit_rule_set_put_in_force": Grant("publish_edition", "rule_set"),
    "merit_rule_set_show": Grant("see_public", "rule_set"),
    "merit_rule_set_list": Grant("see_public", "edition"),
    "merit_rule_set_diff": Grant("see_public", "rule_set"),
    # Entries
    "merit_entry_prepare": Grant("prepare_enrolment", "edition"),
    "merit_entry_update": Grant("prepare_enrolment", "entry", "edit_submission"),
    "merit_entry_submit": Grant("enrol", "entry", "submit"),
    "merit_entry_withdraw": Grant("enrol", "entry", "submit"),
    "merit_entry_admit": Grant("screen", "entry"),
    "merit_entry_reject": Grant("screen", "entry"),
    "merit_entry_return": Grant("screen", "entry"),
    "merit_entry_disqualify": Grant("manage_edition", "entry"),
    "merit_entry_show": Grant("follow_entry", "entry"),
    "merit_entry_feedback_show": Grant("see_own_result", "entry"),
    "merit_entry_list": Grant("see_public", "edition"),
    "merit_entry_screen_list": Grant("read_audit", "edition"),
    # Jury
    "merit_juror_invite": Grant("appoint_jurors", "edition"),
    "merit_juror_accept": Grant("answer_invitation", "juror"),
    "merit_juror_decline": Grant("answer_invitation", "juror"),
    "merit_juror_revoke": Grant("appoint_jurors", "juror"),
    "merit_juror_remove": Grant("appoint_jurors", "juror"),
    "merit_juror_end": Grant("appoint_jurors", "juror"),
    "merit_juror_list": Grant("see_draft", "edition"),
    "merit_juror_mine": Grant("see_public", "portal"),
    "merit_jury_show": Grant("see_public", "edition"),
    "merit_conflict_declare": Grant("declare_conflict", "own_jury"),
    "merit_conflict_report": Grant("report_conflict", "juror"),
    "merit_conflict_infer": Grant("appoint_jurors", "edition"),
    "merit_conflict_decide": Grant("decide_conflict", "conflict"),
    "merit_conflict_list": Grant("read_audit", "edition"),
    "merit_assignment_create": Grant("appoint_jurors", "juror"),
    "merit_assignment_import": Grant("appoint_jurors", "edition"),
    "merit_coverage_show": Grant("read_audit", "edition"),
    "merit_assignment_plan": Grant("appoint_jurors", "edition"),
    "merit_assignment_cancel": Grant("appoint_jurors", "assignment"),
    "merit_assignment_extend": Grant("manage_edition", "assignment"),
    "merit_assignment_list": Grant("read_audit", "edition"),
    "merit_assignment_recuse": Grant("declare_conflict", "assignment"),
    "merit_assignment_decline": Grant("declare_conflict", "assignment"),
    "merit_assignment_mine": Grant("see_own_scores", "own_jury"),
    "merit_assignment_show": Grant("see_own_scores", "assignment"),
    # Reviews
    "merit_review_save": Grant("score", "assignment"),
    "merit_review_submit": Grant("score", "assignment"),
    "merit_review_type": Grant("type_sheet", "assignment"),
    "merit_review_confirm": Grant("score", "assignment"),
    "merit_sheet_list": Grant("see_own_scores", "own_jury"),
    "merit_sheet_open_list": Grant("type_sheet", "edition"),
    "merit_sheet_show": Grant("type_sheet", "assignment"),
    "merit_sheet_import": Grant("score", "own_jury"),
    "merit_sheet_type": Grant("type_sheet", "edition"),
    "merit_review_reopen": Grant("reopen_review", "review"),
    "merit_review_list": Grant("see_scores", "reviews"),
    # Results
    "merit_run_compute": Grant("compute_run", "edition"),
    "merit_run_approve": Grant("approve_run", "run"),
    "merit_run_discard": Grant("compute_run", "run"),
    "merit_run_show": Grant("see_run", "run"),
    "merit_record_show": Grant("see_run", "run"),
    "merit_run_diff": Grant("see_run", "run"),
    "merit_weights_simulate": Grant("manage_edition", "run"),
    "merit_publication_draft_list": Grant("see_run", "edition"),
    "merit_snapshot_list": Grant("see_run", "edition"),
    "merit_run_list": Grant("see_run", "edition"),
    "merit_run_publish": Grant("publish_results", "run"),
    "merit_publication_list": Grant("see_public", "edition"),
    "merit_publication_show": Grant("see_public", "publication"),
    "merit_publication_diff": Grant("see_public", "publication"),
    "merit_bundle_show": Grant("verify", "publication"),
    "merit_appeal_file": Grant("file_appeal", "entry"),
    "merit_appeal_admit": Grant("decide_appeal", "appeal"),
    "merit_appeal_refuse": Grant("decide_appeal", "appeal"),
    "merit_appeal_decide": Grant("decide_appeal", "appeal"),
    "merit_appeal_close": Grant("decide_appeal", "appeal"),
    "merit_appeal_list": Grant("read_audit", "edition"),
    "merit_appeal_mine": Grant("follow_entry", "entry"),
    "merit_distinction_propose": Grant("confirm_distinction", "run"),
    "merit_distinction_create": Grant("confirm_distinction", "entry"),
    "merit_distinction_void": Grant("confirm_distinction", "category"),
    "merit_distinction_verify": Grant("confirm_distinction", "distinction"),
    "merit_distinction_confirm": Grant("confirm_distinction", "distinction"),
    "merit_distinction_forfeit": Grant("confirm_distinction", "distinction"),
    "merit_distinction_announce": Grant("confirm_distinction", "distinction"),
    "merit_distinction_correct": Grant("confirm_distinction", "distinction"),
    "merit_distinction_revoke": Grant("confirm_distinction", "distinction"),
    "merit_distinction_list": Grant("see_public", "edition"),
    "merit_distinction_draft_list": Grant("see_run", "edition"),
    # Announcements
    "merit_invitation_create": Grant("appoint_jurors", "edition"),
    "merit_invitation_list": Grant("appoint_jurors", "edition"),
    "merit_invitation_revoke": Grant("appoint_jurors", "invitation"),
    "merit_invitation_show": Grant("see_public", "portal"),
    "merit_invitation_register": Grant("see_public", "portal"),
    "merit_invitation_accept": Grant("answer_invitation", "link"),
    "merit_invitation_decline": Grant("answer_invitation", "link"),
    "merit_mail_preview": Grant("edit_edition", "edition"),
    "merit_mail_send": Grant("edit_edition", "edition"),
    "merit_announcement_create": Grant("edit_edition", "edition"),
    "merit_announcement_list": Grant("see_public", "edition"),
    "merit_question_ask": Grant("ask_question", "edition"),
    "merit_question_answer": Grant("edit_edition", "announcement"),
    "merit_question_list": Grant("edit_edition", "edition"),
    # Audit trail
    "merit_audit_list": Grant("read_audit", "edition"),
    "merit_audit_check": Grant("read_audit", "edition"),
    "merit_audit_verify": Grant("appoint_secretariat", "portal"),
    # Time
    "merit_clock_tick": Grant("appoint_secretariat", "portal"),
}
