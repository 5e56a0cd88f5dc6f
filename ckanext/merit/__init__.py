"""Recognition for open data on CKAN: quality, awards and datathons."""
