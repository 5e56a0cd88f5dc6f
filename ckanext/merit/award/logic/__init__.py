"""Actions of awards."""
