"""assets.yaml: names hold, and everything wrong is told at once."""

from cadangan.config.assets import Assets
from tests.config.contents import asset, assets, server
from tests.config.refusals import violations


def test_assets_are_found_by_name_with_their_server():
    loaded = Assets.model_validate(assets(servers=[server(), server(name="srv-dua", assets=[asset(name="e-office")])]))
    owner, found = loaded.by_name()["e-office"]
    assert (owner.name, found.name) == ("srv-dua", "e-office")
    assert loaded.by_name().keys() == {"simpeg", "e-office"}


def test_names_and_databases_are_unique():
    twins = [asset(name="a"), asset(name="b")]
    content = assets(servers=[server(assets=twins), server(assets=[asset(name="a"), asset(name="c", database="x")])])
    assert violations(Assets, content) == (
        "servers: the name srv-satu is used more than once",
        "servers[].assets: the name a is used more than once",
        "servers[0].assets: simpeg is registered more than once",
    )


def test_two_servers_may_hold_databases_of_one_name():
    content = assets(servers=[server(), server(name="srv-dua", assets=[asset(name="simpeg-uji")])])
    assert len(Assets.model_validate(content).by_name()) == 2


def test_how_a_host_is_used_needs_a_host():
    assert violations(Assets, assets(servers=[server(via="remote", compress="here")])) == (
        "servers[0].via: needs ssh_conn_id",
        "servers[0].compress: needs ssh_conn_id and via: remote; other dumps are always compressed here",
    )
    (line,) = violations(Assets, assets(servers=[server(ssh_conn_id="ssh_db", compress="here")]))
    assert line.startswith("servers[0].compress: needs")


def test_a_host_is_a_tunnel_unless_it_runs_the_dump_and_then_compresses_it():
    (only,) = Assets.model_validate(assets(servers=[server(ssh_conn_id="ssh_db")])).servers
    assert (only.via, only.compress) == ("tunnel", "there")
    remote = server(ssh_conn_id="ssh_db", via="remote", compress="here")
    assert Assets.model_validate(assets(servers=[remote])).servers[0].compress == "here"


def test_wrong_values_are_told_with_their_paths():
    bad = asset(name="Simpeg!", criticality="Sedang", personal_data="Ya", application=" ", policy="a b")
    lines = violations(Assets, assets(servers=[server(engine="oracle", assets=[bad])]))
    assert [line.partition(":")[0] for line in lines] == [
        "servers[0].engine",
        "servers[0].assets[0].name",
        "servers[0].assets[0].application",
        "servers[0].assets[0].criticality",
        "servers[0].assets[0].personal_data",
        "servers[0].assets[0].policy",
    ]


def test_only_what_is_logged_in_to_has_a_connection():
    path = [asset(name="arsip", database="/srv/arsip.db")]
    content = assets(
        servers=[
            server(conn_id=None),
            server(name="srv-dua", engine="sqlite", assets=path),
            server(name="srv-tiga", engine="files", conn_id=None, assets=[asset(name="unggahan", database="unggahan")]),
        ]
    )
    assert violations(Assets, content) == (
        "servers[0].conn_id: is required, postgres is reached through an Airflow connection",
        "servers[1].conn_id: leave it out, nobody logs in to sqlite",
        "servers[2].assets[0].database: must be the absolute path on its host",
    )


def test_only_of_a_file_tree_something_can_be_left_out():
    tree = asset(name="unggahan", database="/srv/unggahan", exclude=["cache", "*.log"])
    files = server(name="srv-dua", engine="files", conn_id=None, assets=[tree])
    assert violations(Assets, assets(servers=[server(assets=[asset(exclude=["x"])]), files])) == (
        "servers[0].assets[0].exclude: is for file trees only",
    )


def bundle(**overrides):
    return {"name": "simpeg-lengkap", "application": "SIMPEG", "assets": ["simpeg", "e-office"]} | overrides


def two_assets(**overrides):
    return [server(assets=[asset(), asset(name="e-office", database="eoffice", **overrides)])]


def test_a_bundle_names_assets_that_belong_together():
    loaded = Assets.model_validate(assets(servers=two_assets(), bundles=[bundle()]))
    assert loaded.bundles[0].assets == ("simpeg", "e-office")


def test_a_bundle_that_cannot_be_asked_for_is_told_with_its_path():
    bundles = [bundle(), bundle(name="simpeg", assets=["simpeg", "simpeg", "tiada"])]
    assert violations(Assets, assets(servers=two_assets(owner="DISDIK", policy="lama"), bundles=bundles)) == (
        "bundles: the name simpeg is used more than once, or by an asset too",
        "bundles[0].assets: are of more than one owner (BKPSDM, DISDIK)",
        "bundles[0].assets: are of more than one policy (default, lama)",
        "bundles[1].assets: tiada is no name of an asset",
        "bundles[1].assets: simpeg is listed more than once",
    )
