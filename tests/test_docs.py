"""The README's example is code that runs, and the pages name what is there."""

import re

import pytest

from benchmarks import options, registry
from benchmarks.exit_status import MEANINGS
from benchmarks.kinds import get_kind
from benchmarks.registry import ROOT

README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def test_the_examples_run():
    scope = {}
    for example in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        assert len(example.strip().splitlines()) <= 15
        exec(example, scope)
    assert scope["accuracy"] > 0.9
    assert scope["winner"].value < 0.5
    assert scope["solution"].status == scope["lj"].Status.CONVERGED
    assert 0 < scope["found"].best < 19


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_have_options_that_exist(page):
    known = {f"--{option.name}" for option in options.RUN} | {
        "--all",
        "--json",
        "--benchmark-only",
        "--resume",
    }
    commands = re.findall(
        r"^ {4}(?:\S+/)?python -m benchmarks (?:run|trace) .*$", page.read_text(), re.M
    )
    for command in commands:
        assert set(re.findall(r"--[a-z-]+", command)) <= known, command


def test_the_picture_of_the_architecture_shows_every_room():
    rooms = {
        path.name for path in (ROOT / "benchmarks").iterdir() if (path / "__init__.py").exists()
    }
    pictured = set(re.findall(r"([a-z]+)/<br>|\b([a-z]+)/ ", ARCHITECTURE.split("```")[1]))
    named = {name for pair in pictured for name in pair if name}
    assert named <= rooms
    for room in rooms - {"ablations"}:
        assert f"`{room}/`" in ARCHITECTURE, room


def test_the_protocol_says_what_every_exit_status_means():
    """In the words of the command's own help."""
    protocol = (ROOT / "docs" / "protocol.md").read_text()
    for status, meaning in MEANINGS.items():
        assert f"| {status} | {meaning} |" in protocol


def test_a_kind_is_documented_by_its_contract():
    for name in registry.names("kinds"):
        kind = get_kind(name)
        assert kind.title
        assert len(kind.about) > 50
        assert kind.legend
