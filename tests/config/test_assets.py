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
