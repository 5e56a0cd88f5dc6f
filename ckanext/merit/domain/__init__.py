"""Pure rules: standard library only, no CKAN, no I/O, no clock."""
