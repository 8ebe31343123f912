"""The README's example is code that runs, and the README is short."""

import re

from benchmarks.process import ROOT

README = (ROOT / "README.md").read_text()


def test_the_examples_run():
    scope = {}
    for example in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        assert len(example.strip().splitlines()) <= 15
        exec(example, scope)
    assert scope["accuracy"] > 0.9
    assert scope["winner"].value < 0.5
    assert scope["solution"].status == scope["lj"].Status.CONVERGED
    assert 0 < scope["found"].best < 19


def test_it_is_short_and_its_links_lead_somewhere():
    assert len(README.splitlines()) <= 120
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", README):
        assert (ROOT / link).exists(), link
