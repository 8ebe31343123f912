"""What single techniques gain: tricks timed against their plain form, intervals by their coverage."""
