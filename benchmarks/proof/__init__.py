"""Did they do it: parity with a reference, and a judge of solves. No row has a time without a proof."""
