"""vault.objects: what a store with object lock keeps, and what of it goes."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from cadangan.errors import VaultError
from cadangan.vault import copies, objects
from tests.services.s3 import s3_server  # noqa: F401
from tests.vault.builders import store
from tests.vault.conftest import local_place


@pytest.fixture
def bucket(s3_server):  # noqa: F811
    """A destination whose files are locked for a day."""
    return s3_server.place(f"kunci-{uuid.uuid4()}", days=1)


def versions(place):
    bucket = place.base.partition("/")[0]
    found = place.fs.call_s3("list_object_versions", Bucket=bucket)
    return [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]


def test_a_locked_back_up_is_not_destroyed_and_stays_visible(bucket):
    backup = store([bucket])
    with pytest.raises(VaultError, match="is locked there until"):
        copies.delete(bucket, backup)
    assert bucket.files("simpeg") == {backup.manifest(), backup.artefact("dump")}
    until = bucket.locked_until("simpeg", backup.manifest())
    assert timedelta(hours=23) < until - datetime.now(UTC) < timedelta(hours=25)


def test_of_what_is_not_locked_any_more_no_version_is_left(bucket):
    bucket.fs.locked_days = None
    backup = store([bucket])
    bucket.remove("simpeg", backup.manifest())
    store([bucket], content=b"baru")
    objects.lock(bucket.fs, 1)
    copies.delete(bucket, backup)
    assert versions(bucket) == []


def test_what_a_failed_try_has_locked_is_hidden(bucket):
    backup = store([bucket])
    bucket.remove("simpeg", backup.manifest())
    assert bucket.files("simpeg") == {backup.artefact("dump")}
    assert len([each for each in versions(bucket) if each["Key"].endswith("manifest.json")]) == 2


def test_elsewhere_nothing_is_locked(s3_server, tmp_path):  # noqa: F811
    for place in (local_place(tmp_path), s3_server.place(f"terbuka-{uuid.uuid4()}")):
        backup = store([place])
        assert place.locked_until("simpeg", backup.manifest()) is None
