"""Recognition awards: enrolment of organisations, evidence, machine criteria."""
