"""What comes after a visit: its notes and summary, the patient's rating, and how good the call was."""
