"""Tests of the library, in the folders of the library."""
