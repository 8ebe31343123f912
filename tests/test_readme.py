"""The README's example is code that runs, and the README is short."""

import re

from benchmarks.process import ROOT

README = (ROOT / "README.md").read_text()


def test_the_example_runs():
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    assert len(example.strip().splitlines()) <= 15
    scope = {}
    exec(example, scope)
    assert scope["accuracy"] > 0.9


def test_it_is_short_and_its_links_lead_somewhere():
    assert len(README.splitlines()) <= 120
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", README):
        assert (ROOT / link).exists(), link
