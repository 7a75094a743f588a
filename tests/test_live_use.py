"""The live section as somebody uses it: by keyboard, by touch, on a phone, and without a script."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from made_up import page_of
from playwright.sync_api import Page, expect

FORCE, GRAVITY = 9.0, 20.0  # of the CartPole that is made up; its random search balances the pole
AGENTS = ("random_search", "reinforce", "q_learning", "actor_critic")

MadeUp = Callable[[str], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Make the page of an environment, once."""
    folder = tmp_path_factory.mktemp("pages")

    def page(name: str) -> Path:
        if not (folder / name).exists():
            page_of(folder / name, name, dict.fromkeys(AGENTS, 20.0), 3, learners=True)
        return folder / name / "index.html"

    return page


@pytest.fixture
def cartpole(made: MadeUp) -> Iterator[Page]:
    """Open CartPole's page; it must request nothing and report no error."""
    with opened(made("cartpole")) as visit:
        yield visit.page
        assert visit.errors == []
        assert [address for address in visit.requests if not address.startswith("data:")] == [
            made("cartpole").as_uri()
        ]


def learn(page: Page, expression: str) -> Any:
    """Return something of the part in which an agent learns."""
    return page.evaluate(f"live.learn.{expression}")


def play(page: Page, expression: str) -> Any:
    """Return something of the part in which trained policies play."""
    return page.evaluate(f"live.play.{expression}")


def of_all(page: Page, expression: str) -> list[Any]:
    """Return something of the episode of each trained policy."""
    return list(play(page, f"players.map(({{ episode }}) => episode.{expression})"))


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def slide(page: Page, name: str, value: float) -> None:
    """Move a slider as a hand does."""
    page.get_by_role("slider", name=name, exact=True).fill(str(value))


# Training


def test_a_button_trains_an_agent_which_solves_it_and_the_same_seed_does_it_again(
    cartpole: Page,
) -> None:
    slide(cartpole, "speed", 20)
    trainings = []
    for name in ("Train", "Same seed again", "Another seed"):
        button(cartpole, name).press("Enter")
        if name != "Train":
            button(cartpole, "Train").press("Enter")
        cartpole.wait_for_function("live.learn.training.done")
        trainings.append([learn(cartpole, f"training.{one}") for one in ("returns", "scores")])
    assert trainings[0] == trainings[1] != trainings[2]
    assert [len(returns) for returns, _ in trainings] == [600] * 3
    expect(cartpole.locator("#live-verdict")).to_contain_text("Solved at episode ")
    assert button(cartpole, "Train").is_visible()


def test_a_training_does_not_depend_on_its_speed(cartpole: Page) -> None:
    learn(cartpole, "training.run(500)")
    fast = learn(cartpole, "training.learner.Q.weights")
    learn(cartpole, "restart(0)")
    cartpole.evaluate("for (let i = 0; i < 500; i++) live.learn.advance(1)")
    assert learn(cartpole, "training.learner.Q.weights") == fast


def test_every_validation_plays_the_same_episodes(cartpole: Page) -> None:
    slide(cartpole, "learning rate \N{GREEK SMALL LETTER ALPHA}", 0)  # so that nothing changes
    learn(cartpole, "training.run(5000)")
    scores = learn(cartpole, "training.scores.map(({ mean }) => mean)")
    assert len(scores) > 1
    assert len(set(scores)) == 1


def test_step_by_step_each_update_stands_there_in_numbers(cartpole: Page) -> None:
    button(cartpole, "Step").first.click()
    update = cartpole.locator("#live-update")
    expect(update).to_have_text(re.compile("= 100$"))  # 100 + 0.2 * [1 + 0.99 * 100 - 100]
    assert learn(cartpole, "training.steps") == 1
    cartpole.locator("#live-agent").select_option("actor-critic")
    button(cartpole, "Step").first.click()
    expect(update).to_contain_text("δ = 1 + 0.99 · 0 \N{MINUS SIGN} 0 = 1")
    expect(update).to_contain_text("v(s) ← 0 + 0.3 δ = 0.3")


def test_rates_follow_their_schedule_until_a_hand_moves_them(cartpole: Page) -> None:
    slide(cartpole, "learning rate \N{GREEK SMALL LETTER ALPHA}", 0.5)
    learn(cartpole, "training.run(2000)")
    learn(cartpole, "draw()")
    alpha, epsilon = (
        learn(cartpole, "training.learner.alpha"),
        learn(cartpole, "training.learner.epsilon"),
    )
    assert alpha == 0.5
    assert 0.0 < epsilon < 1.0
    assert float(cartpole.get_by_role("slider", name="exploration ε").input_value()) == (
        pytest.approx(epsilon, abs=0.005)
    )
    slide(cartpole, "bins of pole angle, rad", 8)  # other tiles: nothing is learned yet
    assert learn(cartpole, "training.steps") == 0
    assert learn(cartpole, "training.learner.Q.weights.length") == 8 * 3 * 2
    assert learn(cartpole, "training.learner.alpha") == 0.5
    button(cartpole, "Values of params.yaml").click()
    assert learn(cartpole, "training.learner.alpha") == 0.2
    assert learn(cartpole, "training.settings.bins") == [1, 1, 6, 3]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cartpole", "mountain_car", "frozen_lake"])
def test_a_frame_at_full_speed_is_done_in_time(name: str, made: MadeUp) -> None:
    with opened(made(name)) as visit:
        slide(visit.page, "speed", 20)
        took = visit.page.evaluate("""() => Array.from({ length: 15 }, () => {
            const begun = performance.now();
            live.learn.advance(16);
            return performance.now() - begun;
        })""")
    assert min(took) < 1000 / 60  # others on the machine only add to it


def test_with_reduced_motion_there_are_two_pictures_a_second(cartpole: Page) -> None:
    cartpole.emulate_media(reduced_motion="reduce")
    learn(cartpole, "draw()")
    drawn = learn(cartpole, "drawn")
    cartpole.evaluate("for (let i = 0; i < 10; i++) live.learn.advance(16)")
    assert learn(cartpole, "training.steps") > 100
    assert learn(cartpole, "drawn") == drawn


# Trained policies


def test_carts_are_pushed_as_long_as_a_key_is_down(cartpole: Page) -> None:
    play(cartpole, "press = function (action) { this.held = this.tapped = action; }")  # no clock
    cartpole.locator("#live-played [role=group]").first.focus()
    pushes = []
    for press in (cartpole.keyboard.down, cartpole.keyboard.up, cartpole.keyboard.press):
        press("ArrowRight" if press != cartpole.keyboard.press else "ArrowLeft")
        for _ in range(2):
            play(cartpole, "once()")
            pushes.append(of_all(cartpole, "push"))
    # Key down, up, and a tap between two steps; the tap of the first key is over.
    assert pushes == [[push] * 4 for push in (FORCE, FORCE, 0.0, 0.0, -FORCE, 0.0)]
    cartpole.get_by_role("slider", name="gravity").focus()
    cartpole.keyboard.press("ArrowRight")  # there it moves the slider
    assert play(cartpole, "tapped") is None
    assert play(cartpole, "options.gravity") > GRAVITY


def test_the_first_push_starts_and_after_the_end_there_is_again(cartpole: Page) -> None:
    assert of_all(cartpole, "steps") == [0] * 4
    button(cartpole, "right \N{RIGHTWARDS ARROW}").hover()
    cartpole.mouse.down()
    cartpole.wait_for_function("live.play.over")  # held, it fells all
    cartpole.mouse.up()
    expect(button(cartpole, "Again")).to_be_visible()
    expect(cartpole.locator("#live-told-0")).to_contain_text(": fell")
    assert play(cartpole, "held") is None
    button(cartpole, "Again").click()
    cartpole.wait_for_function("live.play.players[0].episode.steps > 3")
    assert play(cartpole, "seed") == 1
    starts = of_all(cartpole, "path[0]")
    assert all(start == starts[0] for start in starts)


def test_another_checkpoint_begins_the_episode_anew(cartpole: Page) -> None:
    picture = "document.getElementById('live-map-0').toDataURL()"
    before = cartpole.evaluate(picture)
    for _ in range(3):
        play(cartpole, "once()")
    assert play(cartpole, "players[0].place") == 2
    cartpole.locator("#live-curve-0").click(position={"x": 30, "y": 50})
    assert play(cartpole, "players[0].place") == 0
    assert of_all(cartpole, "steps") == [0] * 4
    assert cartpole.evaluate(picture) != before
    slide(cartpole, "Q-learning: checkpoint", 1)
    expect(cartpole.locator("#live-checkpoint-2")).to_contain_text("after 10 episodes")


def test_gravity_changes_for_all_and_goes_back(cartpole: Page) -> None:
    slide(cartpole, "gravity", 80)
    expect(cartpole.locator("#live-options label").first).to_contain_text("80, trained with 20")
    assert of_all(cartpole, "environment.options.gravity") == [80.0] * 4
    button(cartpole, "As trained").click()
    assert of_all(cartpole, "environment.options.gravity") == [GRAVITY] * 4


@pytest.mark.parametrize("name", ["mountain_car", "frozen_lake"])
def test_elsewhere_the_hand_takes_the_agents_place(name: str, made: MadeUp) -> None:
    with opened(made(name)) as visit:
        for key, action in (("ArrowLeft", 0), ("ArrowRight", 2)):
            play(visit.page, "play(false, 'play', 'Play')")
            visit.page.locator("#live-played [role=group]").first.focus()
            visit.page.keyboard.down(key)
            play(visit.page, "once()")
            visit.page.keyboard.up(key)
            assert set(of_all(visit.page, "action")) == {action}


# Everywhere


@pytest.mark.parametrize(("name", "dark"), [("cartpole", True), ("frozen_lake", False)])
def test_on_a_phone_it_is_touched_and_axe_finds_nothing(
    name: str, dark: bool, made: MadeUp
) -> None:
    with opened(made(name), 360, dark=dark) as visit:
        page = visit.page
        button(page, "Train").tap()
        page.wait_for_function("live.learn.training.steps > 0")
        page.locator("#live-actions button").last.tap()
        page.wait_for_function("live.play.players[0].episode.steps > 0")
        cart, gravity = (
            page.locator(one).first.bounding_box()
            for one in ("#live-scene-0", "#live-options label")
        )
        assert cart
        assert gravity
        assert gravity["y"] + gravity["height"] - cart["y"] < 740  # both on one screen
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert visit.errors == []


def test_without_a_script_one_sentence_says_so(made: MadeUp) -> None:
    with opened(made("cartpole"), script=False) as visit:
        assert visit.page.locator("#live").inner_text().splitlines() == [
            "Watch an agent learn",
            "",
            "This part acts in CartPole-v1 itself, and needs a script; all else on this page does "
            "without.",
        ]


@pytest.mark.slow
def test_it_is_not_printed(cartpole: Page) -> None:
    cartpole.emulate_media(media="print")
    expect(cartpole.locator("#live")).to_be_hidden()
