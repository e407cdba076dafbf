"""What reading processes have in common is read before there are any."""

from pipelines.rehearsal import REHEARSED, read


def test_a_letter_of_the_sample_is_taken_the_whole_way() -> None:
    assert read(REHEARSED)
