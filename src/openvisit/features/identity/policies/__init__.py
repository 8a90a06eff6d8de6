"""What a clinic demands of those who sign in, and further policies of its own: one row a clinic."""
