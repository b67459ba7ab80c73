"""What a network answered lately."""

import numpy as np

from facechain.providers.recent_answers import RecentAnswers


class Network:
    """Answers with the sum of the pixels, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, pixels):
        self.asked += 1
        return np.array([pixels.sum()])


def picture(value, shape=(2, 2, 3)):
    return np.full(shape, value, np.uint8)


def test_the_same_picture_is_answered_once():
    network, recent = Network(), RecentAnswers(4)
    answers = [recent.of(picture(value), network)[0] for value in (1, 2, 1)]
    assert answers == [12, 24, 12]
    assert network.asked == 2


def test_other_settings_and_other_shapes_are_other_questions():
    network, recent = Network(), RecentAnswers(4)
    for settings in ((0.5,), (0.7,), (0.5,)):
        recent.of(picture(1), network, *settings)
    recent.of(picture(1, (4, 1, 3)), network, 0.5)
    assert network.asked == 3


def test_what_was_not_asked_for_longest_is_forgotten():
    network, recent = Network(), RecentAnswers(2)
    for value in (1, 2, 1, 3, 1, 2):
        recent.of(picture(value), network)
    assert network.asked == 4  # 1, 2, 3, and 2 again
