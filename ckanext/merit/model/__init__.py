"""Tables and the statements over them; no rules."""
