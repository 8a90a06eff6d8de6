"""What patients agree to at each clinic: versioned wordings, given and withdrawn, with all of it kept as proof."""
