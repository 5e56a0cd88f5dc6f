"""Real input: catalogues from `data.json` files, a sample one, demo accounts."""
