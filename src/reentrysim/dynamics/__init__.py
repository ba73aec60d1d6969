"""What happens to people and staff in a month."""
