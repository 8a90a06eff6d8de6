"""Recording a visit: by consent of everybody in it, encrypted in the browser, kept for as long as the clinic says."""
