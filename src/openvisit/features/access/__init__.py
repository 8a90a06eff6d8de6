"""Who may act for a patient, and how a clinician breaks a record open in an emergency: for a while, for all to see."""
