"""The live section as somebody uses it: by keyboard, by touch, on a phone, and without a script."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from made_up import page_of
from playwright.sync_api import Page, expect
from test_live import SEED, assert_replayed, start_of

from stages.evaluation import testing
from stages.rl.interface.set_up import set_up
from stages.rl.policies.linear import Linear

FORCE, GRAVITY = 9.0, 20.0  # of the CartPole that is made up; its random search balances the pole
SMOOTH = 1000 / 60  # milliseconds between two frames

MadeUp = Callable[[str], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Make the page of an environment, once."""
    folder = tmp_path_factory.mktemp("pages")

    def page(name: str) -> Path:
        if not (folder / name).exists():
            page_of(
                folder / name, name, dict.fromkeys(("random_search", "reinforce", "sarsa"), 20.0), 3
            )
        return folder / name / "index.html"

    return page


@pytest.fixture
def cartpole(made: MadeUp) -> Iterator[Page]:
    """Open CartPole's page; it must neither ask for anything nor complain."""
    with opened(made("cartpole")) as visit:
        yield visit.page
        assert visit.errors == []
        assert [address for address in visit.requests if not address.startswith("data:")] == [
            made("cartpole").as_uri()
        ]


def game(page: Page, expression: str) -> Any:
    """Ask for something of the game: its agent, you, ..."""
    return page.evaluate(f"live.lab.game.{expression}")


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def slide(page: Page, name: str, value: int) -> None:
    """Move a slider as a hand does."""
    page.get_by_role("slider", name=name).fill(str(value))


def played_to_the_end(page: Page) -> tuple[float, str]:
    """Let the episode go on to its end, at once; return the return, and what is said."""
    page.evaluate("while (!live.lab.game.over) live.lab.game.step(); live.lab.draw()")
    page.evaluate("live.lab.end()")
    return game(page, "agent.total"), page.locator("#live-said").text_content() or ""


def test_it_stands_still_until_somebody_plays_it_and_keys_do_all(cartpole: Page) -> None:
    cartpole.wait_for_timeout(100)
    assert game(cartpole, "agent.steps") == 0
    button(cartpole, "Play").focus()
    cartpole.keyboard.press("Space")
    cartpole.wait_for_function("live.lab.game.agent.steps > 3")
    expect(button(cartpole, "Pause")).to_be_focused()
    cartpole.keyboard.press("Space")
    steps = game(cartpole, "agent.steps")
    cartpole.keyboard.press("Tab")
    cartpole.keyboard.press("Enter")
    assert game(cartpole, "agent.steps") == steps + 1
    expect(cartpole.locator("#live-agent-told")).to_have_text(
        f"step {steps + 1} of 500, return {steps + 1}"
    )
    begun = game(cartpole, "agent.path[0]")
    button(cartpole, "Same start").press("Enter")
    assert (game(cartpole, "agent.steps"), game(cartpole, "agent.path[0]")) == (0, begun)
    button(cartpole, "New start").press("Enter")
    assert game(cartpole, "agent.path[0]") != begun


def test_the_cart_is_pushed_by_keys_as_long_as_they_are_down(cartpole: Page) -> None:
    cartpole.locator("figure:has(#live-agent-view)").focus()
    pushes = []
    for press in (cartpole.keyboard.down, cartpole.keyboard.up):
        press("ArrowRight")
        for _ in range(2):
            cartpole.evaluate("live.lab.once()")
            pushes.append(game(cartpole, "agent.push"))
    cartpole.keyboard.press("ArrowLeft")  # down and up between two steps
    for _ in range(2):
        cartpole.evaluate("live.lab.once()")
        pushes.append(game(cartpole, "agent.push"))
    assert pushes == [FORCE, FORCE, 0.0, 0.0, -FORCE, 0.0]
    cartpole.get_by_role("slider", name="gravity").focus()
    cartpole.keyboard.press("ArrowRight")  # there it moves the slider
    assert game(cartpole, "tapped") is None
    assert game(cartpole, "options.gravity") == pytest.approx(GRAVITY * 4 ** (1 / 20), rel=0.005)


@pytest.mark.slow
def test_two_play_from_the_same_start_and_both_returns_are_told(cartpole: Page) -> None:
    cartpole.get_by_label("play against it, from the same start").check()
    assert game(cartpole, "agent.path[0]") == game(cartpole, "you.path[0]")
    assert cartpole.locator("#live-views canvas:visible").count() == 3
    button(cartpole, "right \N{RIGHTWARDS ARROW}").focus()
    cartpole.keyboard.down("ArrowRight")
    total, said = played_to_the_end(cartpole)
    yours = game(cartpole, "you.total")
    assert total == 500
    assert 5 < yours < 20
    assert said == (f"random search: balanced to the end, return 500. You: fell, return {yours}.")
    assert game(cartpole, "agent.push") == 0


@pytest.mark.slow
def test_in_another_gravity_it_falls_as_it_does_in_gymnasium(cartpole: Page) -> None:
    assert played_to_the_end(cartpole)[0] == 500
    slide(cartpole, "gravity", 20)
    expect(cartpole.locator("#live-gravity-told")).to_have_text("80, trained with 20")
    button(cartpole, "Same start").click()
    total, said = played_to_the_end(cartpole)
    assert total < 500
    assert said == f"random search: left the track, return {total}."
    weights = np.array([[[0.0, 0.0, 1.0, 0.3, 0.0]]])
    task = set_up("cartpole", {"id": "CartPole-v1", "options": {"gravity": 80.0, "force": FORCE}})
    policy = Linear(weights, np.array([0]))
    recorded = testing.play(task, SEED, 1, policy, 1).episodes.of(0)
    assert not recorded.truncated
    assert_replayed(cartpole, 0, "checkpoints", 2, start_of(task, 0, SEED), recorded)
    slide(cartpole, "observation noise", 20)
    slide(cartpole, "random actions", 10)
    assert (game(cartpole, "noise"), game(cartpole, "randomly")) == (2.0, 0.5)
    button(cartpole, "As trained").click()
    assert [game(cartpole, of) for of in ("noise", "randomly", "options.gravity")] == [0, 0, 20]
    button(cartpole, "Same start").click()
    assert played_to_the_end(cartpole)[0] == 500


@pytest.mark.slow
def test_who_is_disturbed_does_worse(cartpole: Page) -> None:
    for slider in ("observation noise", "random actions"):
        slide(cartpole, slider, 20)
        button(cartpole, "Same start").click()
        assert played_to_the_end(cartpole)[0] < 500
        button(cartpole, "As trained").click()


def test_the_slider_over_training_changes_policy_and_map(cartpole: Page) -> None:
    picture = "document.getElementById('live-map-view').toDataURL()"
    seen = {}
    for place in range(3):
        slide(cartpole, "training", place)
        told = cartpole.locator("#live-training-told").inner_text()
        seen[told] = cartpole.evaluate(picture)
    assert list(seen) == [
        "untrained",
        "after 10 episodes",
        "trained, 40 episodes",
    ]
    assert len(set(seen.values())) == 3
    cartpole.get_by_label("trained in").select_option("run 2")
    assert cartpole.get_by_role("slider", name="training").is_disabled()
    assert cartpole.locator("#live-training-told").inner_text() == "trained"
    cartpole.get_by_label("agent", exact=True).select_option("sarsa")
    assert cartpole.evaluate("live.lab.agent.kind") == "table"
    assert cartpole.locator("#live-map-name").inner_text() == "sarsa"


@pytest.mark.parametrize(("name", "dark"), [("cartpole", True), ("taxi", False)])
def test_on_a_phone_it_is_touched_and_axe_finds_nothing(
    name: str, dark: bool, made: MadeUp
) -> None:
    with opened(made(name), 360, dark=dark) as visit:
        page = visit.page
        page.get_by_label("play against it").check()
        page.locator("#live-actions button").last.tap()
        if name == "cartpole":  # whose time goes on by itself
            button(page, "Step").tap()
        assert game(page, "you.action") == {"cartpole": 1, "taxi": 5}[name]
        page.get_by_label("watch the agent").check()
        slide(page, "random actions", 5)
        button(page, "Play").tap()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert visit.errors == []


@pytest.mark.slow
def test_elsewhere_a_key_takes_the_agents_place(made: MadeUp) -> None:
    with opened(made("mountain_car")) as visit:
        page = visit.page
        for key, action in (("ArrowLeft", 0), ("ArrowDown", 1), ("ArrowRight", 2)):
            expected = page.evaluate(
                "(action) => { const { environment, world, agent } = live.lab.game;"
                "  return environment.step(world, agent.state, action)[0]; }",
                action,
            )
            button(page, "Step").press(key)
            page.evaluate("live.lab.once()")
            assert game(page, "agent.state") == expected


def test_in_worlds_of_cells_each_key_is_a_step_of_both(made: MadeUp) -> None:
    with opened(made("frozen_lake")) as visit:
        page = visit.page
        page.get_by_label("play against it").check()
        assert button(page, "Play").is_disabled()
        page.locator("#live-you-figure").focus()
        page.keyboard.press("ArrowUp")
        assert [game(page, f"{who}.steps") for who in ("agent", "you")] == [1, 1]
        assert game(page, "you.action") == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cartpole", "acrobot", "frozen_lake"])
def test_a_frame_is_drawn_in_time(name: str, made: MadeUp) -> None:
    with opened(made(name)) as visit:
        took = visit.page.evaluate("""() => Array.from({ length: 60 }, () => {
            if (live.lab.game.over) live.lab.restart();
            const begun = performance.now();
            live.lab.game.step();
            live.lab.draw();
            return performance.now() - begun;
        })""")
    assert np.median(took) < SMOOTH / 2


def test_without_a_script_one_sentence_says_so(made: MadeUp) -> None:
    with opened(made("cartpole"), script=False) as visit:
        assert visit.page.locator("#live").inner_text().splitlines() == [
            "Try it",
            "",
            "This part acts in CartPole-v1 itself, and needs a script; all else on this page does "
            "without.",
        ]


@pytest.mark.slow
def test_it_is_not_printed(cartpole: Page) -> None:
    cartpole.emulate_media(media="print")
    expect(cartpole.locator("#live")).to_be_hidden()
