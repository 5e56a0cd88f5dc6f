"""The shared action layer."""
