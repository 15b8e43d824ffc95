"""Messages to people: written from templates in their language, and handed to a mail server."""
