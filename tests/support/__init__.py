"""What tests share: the cast, a settable clock, and the application under test."""
