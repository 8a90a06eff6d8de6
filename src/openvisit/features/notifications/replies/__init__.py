"""Answers by SMS: C confirms the next visit, R sends a link to move it, X cancels it when sent twice; STOP, START."""
