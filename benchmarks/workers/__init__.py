"""Workers: a process for each implementation, and the client side of the connection to it."""
