"""Dataset quality: assessment, badges, reports."""
