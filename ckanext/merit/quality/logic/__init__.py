"""The action layer of dataset quality."""
