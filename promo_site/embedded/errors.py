class ServiceTrouble(Exception):
    """A service cannot start or stop; the message says what is wrong and the way out."""
