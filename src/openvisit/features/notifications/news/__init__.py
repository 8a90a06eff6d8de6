"""News: what happened to a visit, what the waitlist offers, what is proposed instead of a visit.

A job hears of it, writes a line for everybody concerned (`enlisting`) and makes the first try (`telling`); whatever
comes after that is the dispatcher's, as for reminders.
"""
