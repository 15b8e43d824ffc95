"""A mail server that keeps what it is sent, for people to read: nothing leaves this machine."""
