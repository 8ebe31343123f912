"""Numbers that must be above zero. Stored results are checked for it, since reports divide by them."""

from typing import Annotated

ABOVE_ZERO = "finite and above 0"
"""Marks a type whose values have to be that."""

Positive = Annotated[float, ABOVE_ZERO]
Seconds = Annotated[float, ABOVE_ZERO]
Count = Annotated[int, ABOVE_ZERO]
