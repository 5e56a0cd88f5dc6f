"""The contest kernel's rules: one machine for awards and datathons."""
