"""Rules as data: quality profiles, field mappings, vocabularies."""
