import numpy as np


def test_the_astronaut_is_a_person_and_the_wall_is_not(analyzer, photo):
    mask = analyzer.segment(photo("astronaut"))
    assert mask.shape == (512, 512)
    assert mask.dtype == np.float32
    assert mask[100:150, 200:250].min() > 0.9, "face"
    assert mask[300:340, 100:300].mean() > 0.9, "chest"
    assert mask[:100, 320:].max() < 0.1, "wall and rocket"
    assert mask[:150, :100].max() < 0.1, "flag"


def test_the_mask_has_the_size_of_the_photo(analyzer, photo):
    mask = analyzer.segment(photo("hopper"))
    assert mask.shape == (600, 512)
    assert mask.min() >= 0
    assert mask.max() <= 1


def test_a_photo_without_people_has_hardly_a_person_in_it(analyzer, photo):
    assert analyzer.segment(photo("brick.png")).mean() < 0.1
