"""Messages to people about their visits."""
