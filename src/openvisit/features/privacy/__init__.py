"""What people can ask for about their data (GDPR articles 15 to 21), retention, and de-identified exports."""
