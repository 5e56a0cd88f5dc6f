"""Actions of contests: awards and datathons alike."""
