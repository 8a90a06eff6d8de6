"""The socket of a room: being let in, and passing on what peers tell each other."""
