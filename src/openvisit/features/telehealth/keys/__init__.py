"""People's keys for what is encrypted from end to end: public ones as they are, private ones only sealed."""
