"""Changes that readers suggest: a small file made on the site, sent in, and applied to the data files."""
