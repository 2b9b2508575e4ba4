from cadangan.core.discovery import uncovered, unregistered, vanished


def test_a_database_without_an_asset_is_unregistered_unless_it_is_ignored():
    assert unregistered(["b", "a", "uji_1", "simpeg"], ["simpeg"], ["uji_*"]) == ("a", "b")


def test_an_asset_whose_database_is_not_there_has_vanished():
    assert vanished({"simpeg": "simpeg", "sapk": "SAPK"}, ["simpeg", "sapk"]) == ("sapk",)


def test_a_folder_is_covered_by_the_tree_that_it_is_part_of_or_that_is_part_of_it():
    folders = ["/srv/a", "/srv/ab", "/srv/web", "/srv/old"]
    assert uncovered(folders, ["/srv/a", "/srv/web/uploads/"], ["/srv/old"]) == ("/srv/ab",)
    assert uncovered(["/srv/a"], ["/srv"], []) == ()
