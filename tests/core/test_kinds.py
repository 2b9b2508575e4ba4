from cadangan.core import kinds
from tests.engines.postgres.test_contents import KINDS


def test_every_kind_of_object_that_is_inventoried_has_an_indonesian_name() -> None:
    assert set(kinds.NAMES) >= KINDS
    assert kinds.called("fk constraint") == "kunci tamu"


def test_an_unknown_kind_keeps_its_own_name() -> None:
    assert kinds.called("quantum index") == "quantum index"
