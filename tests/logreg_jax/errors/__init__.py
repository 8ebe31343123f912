"""Bad calls of the public functions, each refused by a message of this library."""
