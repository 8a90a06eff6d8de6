"""Where vendors call us: verified, read, kept once each."""
