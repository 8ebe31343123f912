"""Tests of the suite; folders mirror its rooms."""
