"""What is said to people about their visits: ours by default, a clinic's own where it wrote some.

Every message has a kind (`kinds`), goes by a channel and is written in a language. Words in force are the newest
version of the clinic's, or ours. `render` fills their places.
"""
