"""The visit by video: rooms and who is let in, calls, chat, recordings, and what follows."""
