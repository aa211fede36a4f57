"""What a contract asks of the host."""
