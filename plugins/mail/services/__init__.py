"""What is done about e-mail: subscribing, putting letters down, sending them, looking after the server."""
