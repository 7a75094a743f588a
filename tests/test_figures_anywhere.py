"""Figures of any environment, and of two to six agents: true, and nothing upon anything else."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from pictured import (
    ACROBOT,
    CARTPOLE,
    CLIFF,
    LAKE,
    MARKS,
    OWN,
    TAXI,
    agent,
    curves,
    figures,
    history,
    learner,
    linear,
    texts,
    words,
)

from stages.pictures.agent_style import styles
from stages.pictures.figures import Agent, axes, courses, playing, policies, shown, solving
from stages.pictures.figures.marks import Marks
from stages.rl.interface.task import Task

NAMES = [
    "random_search",
    "reinforce",
    "q_learning",
    "sarsa",
    "actor_critic",
    "proximal_policy_optimisation",
]


def team(one: Agent, count: int) -> list[Agent]:
    """So many agents, by other names."""
    return [one._replace(look=look) for look in styles(NAMES[:count]).values()]


def assert_legible(figure: Figure) -> None:
    """Nothing written lies upon something else, or beyond the edges."""
    written = texts(figure)
    assert written
    canvas = figure.bbox
    boxes = [(text, text.get_window_extent()) for text in written]
    for text, box in boxes:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= canvas.x1 and box.y1 <= canvas.y1
        assert inside, f"{text.get_text()!r} is cut off"
    for (text, box), (other, its) in combinations(boxes, 2):
        apart = box.x1 <= its.x0 or its.x1 <= box.x0 or box.y1 <= its.y0 or its.y1 <= box.y0
        assert apart, f"{text.get_text()!r} lies upon {other.get_text()!r}"


ELSEWHERE = [
    (2, ACROBOT, -500.0, -80.0, Marks(-100.0, None, -498.1)),
    (6, LAKE, 0.0, 1.0, Marks(0.7, 0.744, 0.014)),
    (6, CLIFF, -50_000.0, -13.0, Marks(None, -13.0, -5304.8)),
]


@pytest.mark.parametrize(
    ("count", "task", "least", "most", "marks"),
    [
        *(pytest.param(*case, marks=pytest.mark.slow) for case in ELSEWHERE),
        (6, CARTPOLE, 9.0, 500.0, MARKS),
        (2, TAXI, -2000.0, 13.0, Marks(8.0, 7.93, -776.3)),
        (6, OWN, -0.002, -0.001, Marks(None, None, -0.005)),
    ],
)
def test_everything_that_is_written_can_be_read(
    count: int, task: Task, least: float, most: float, marks: Marks
) -> None:
    for figure in figures(team(learner(task, least, most), count), task, marks).values():
        assert_legible(figure)


# Returns


def test_an_axis_of_returns_begins_at_0_only_where_none_is_below() -> None:
    assert Marks(475.0, None, 22.0).span([500.0]) == pytest.approx((0.0, 520.0))
    assert Marks(-100.0, None, -500.0).span([-200.0]) == pytest.approx((-516.0, -84.0))
    assert Marks(0.7, 0.75, 0.0).span([0.5]) == pytest.approx((0.0, 0.78))
    assert Marks(None, None, None).span([0.0]) == (0.0, 1.0)
    assert Marks(None, None, None).span([-3.0]) == pytest.approx((-3.04, -2.96))


def test_the_optimum_and_the_threshold_are_drawn_and_told_where_they_are_known() -> None:
    one = [learner(LAKE, 0.0, 1.0)]
    for marks, said, levels in (
        (Marks(0.7, 0.744, 0.01), ["solved at 0.7", "optimum 0.744", "random actions\n0.010"], 3),
        (Marks(None, 0.744, 0.01), ["optimum 0.744", "random actions\n0.010"], 2),
        (Marks(None, None, 0.01), ["random actions\n0.010"], 1),
    ):
        figure = curves(one, marks, 1)
        assert [text.get_text() for text in figure.axes[0].texts] == said
        for panel in figure.axes[:1]:
            lines = [np.array(line.get_xydata()) for line in panel.lines]
            across = [line[0, 1] for line in lines if line[:, 0].tolist() == [0, 1]]
            assert across == marks.known()
            assert len(across) == levels


def test_a_curve_far_below_random_actions_says_where_it_is() -> None:
    lost = learner(CLIFF, -50_000.0, -50_000.0)
    found = learner(CLIFF, -2000.0, -13.0)
    lost, found = (
        one._replace(returns=np.full((4, 2), tested))
        for one, tested in ((lost, -500.0), (found, -13.0))
    )
    figure = curves([lost, found], Marks(None, -13.0, -5000.0), 1)
    assert figure.axes[0].get_ylim()[0] == pytest.approx(-5000 - 0.04 * 4987)
    told = ["".join(text.get_text() for text in panel.texts) for panel in figure.axes]
    assert "median \N{MINUS SIGN}50,000" in told[0]
    assert told[1] == ""
    assert "lower returns are not shown" in words(figure)


def test_where_nothing_counts_as_solved_the_best_policy_so_far_is_followed() -> None:
    """Scores are known after 10, 20 and 40 steps."""
    scores = np.array([[-9.0, -3.0, -5.0], [-4.0, -8.0, -2.0]])
    training = history(np.full((2, 4), -10.0), scores)
    training = training._replace(known_after=np.array([[10, 20, 40], [10, 20, 40]]))
    one = agent(linear(1.0, 1.0, 1.0, 1.0, runs=2), training, [[5.0], [5.0]])
    marks = Marks(None, None, -20.0)
    figure = solving.sample_efficiency([one], marks)
    (panel,) = figure.axes
    mean = np.array(panel.lines[-1].get_xydata())
    end = axes.VALUES - 1
    assert mean[0] == pytest.approx([end / 4, (-9.0 - 4.0) / 2])
    assert mean[-1] == pytest.approx([end, (-3.0 - 2.0) / 2])
    assert set(mean[:, 1]) == {-6.5, -3.5, -2.5}
    said = words(figure)
    assert "nothing counts as solved here" in said
    assert "random search\n\N{MINUS SIGN}2.50" in said
    assert "solved it" not in said
    assert "solve it" not in words(playing.returns([one], marks))


def test_an_agent_that_never_solves_stays_at_0_to_the_end_of_its_training() -> None:
    never = learner(ACROBOT, -500.0, -200.0)
    figure = solving.sample_efficiency([never], Marks(-100.0, None))
    (panel,) = figure.axes
    assert np.array(panel.lines[0].get_xydata()).tolist() == [[0, 0], [axes.VALUES - 1, 0]]
    assert panel.get_ylim()[0] < 0.0  # so that the line is seen
    assert "none of 4 solved it" in words(figure)


# Episodes


def test_where_numbers_are_seen_episodes_show_the_return_so_far() -> None:
    figure = courses.episodes([learner(LAKE, 0.0, 1.0)], LAKE)
    (panel,) = figure.axes
    assert panel.get_ylabel() == "return so far"
    run = np.array(panel.lines[0].get_xydata())
    assert run[[0, 1, -1]].tolist() == [[0, 0], [1, -2], [40, -80]]
    # Of runs of 40, 25, 9 and 40 steps, which cost 2 each: at the end they have what they had.
    lowest, highest = np.percentile([-80.0, -50.0, -18.0, -80.0], [2.5, 97.5])
    edge = np.array(panel.collections[0].get_paths()[0].vertices)
    at_the_end = edge[edge[:, 0] == 40, 1]
    assert (at_the_end.min(), at_the_end.max()) == pytest.approx((lowest, highest))


def test_without_a_choice_the_first_two_variables_are_shown_as_numbers() -> None:
    figures_of = courses.episodes([learner(OWN, -2.0, -1.0)], OWN)
    assert [panel.get_ylabel() for panel in figures_of.axes] == ["observation 0", "observation 1"]
    assert "dashed" not in words(figures_of)
    assert (shown.plane(OWN), shown.courses(OWN)) == ((0, 1), (0, 1))
    said = words(policies.policies([learner(OWN, -2.0, -1.0)], OWN))
    assert "the other variables are held at the medians" in said
    assert "action 4" in said
