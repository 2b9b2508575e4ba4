"""Everything that a demonstration needs, started in order and stopped in reverse."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cadangan.config.sop import Sop
from cadangan.demo.airflow import AirflowServices
from cadangan.demo.configuration import Ports, read_sop, write_configuration
from cadangan.demo.flavours import Flavour, SimpleFlavour, User
from cadangan.demo.home import DemoHome, occupied
from cadangan.demo.mails import mail_sink
from cadangan.demo.officers import users
from cadangan.demo.ports import reserved_port
from cadangan.demo.sample import SAMPLE, Account, Accounts, create_databases, fill_sample
from cadangan.demo.settings import AirflowSettings
from cadangan.engines.postgres.own_server import FAST, PostgresServer
from cadangan.register.session import upgrade

FlavourOf = Callable[[tuple[User, ...]], Flavour]
_UI_PORT = 8080


@dataclass(frozen=True)
class Stage:
    """A running demonstration."""

    home: DemoHome
    airflow: AirflowServices
    sop: Sop
    register_url: str


@contextmanager
def set_stage(root: Path, console: Console, flavour: FlavourOf = SimpleFlavour) -> Iterator[Stage]:
    """Start PostgreSQL, the mail sink and Airflow in the folder `root`; stop them when the block ends.

    :param flavour: makes the auth manager's set-up from the list of users.
    """
    with occupied(root) as home, ExitStack() as services:
        console.print(f"Folder: {home.root}", highlight=False, soft_wrap=True)
        with console.status("Starting …"):
            stage = _start(home, flavour, services)
        yield stage


def _start(home: DemoHome, flavour: FlavourOf, services: ExitStack) -> Stage:
    server = services.enter_context(PostgresServer(home.postgres, settings=FAST))
    ports = Ports(
        postgres=server.port,
        smtp=services.enter_context(reserved_port()),
        airflow=services.enter_context(reserved_port(_UI_PORT)),
    )
    accounts = Accounts()
    create_databases(server.dsn(), accounts)
    write_configuration(home, ports, accounts)
    services.enter_context(mail_sink(home.mails, ports.smtp))
    sop = read_sop(home)
    register_url = _url(ports, accounts.register, accounts.register.name)
    with ThreadPoolExecutor(1) as helper:
        # Filling the sample is the server's work, starting Airflow this machine's: both at once.
        filling = helper.submit(_fill, register_url, _url(ports, accounts.application, SAMPLE))
        airflow = AirflowServices(_settings(home, ports, accounts, flavour(users(sop))))
        services.enter_context(airflow)
        filling.result()
    return Stage(home, airflow, sop, register_url)


def _fill(register_url: str, sample_url: str) -> None:
    upgrade(register_url)
    fill_sample(sample_url)


def _settings(home: DemoHome, ports: Ports, accounts: Accounts, flavour: Flavour) -> AirflowSettings:
    return AirflowSettings(
        home=home.airflow,
        database=_address(ports, accounts.airflow, accounts.airflow.name),
        connections=home.connections,
        config=home.config,
        flavour=flavour,
        port=ports.airflow,
    )


def _url(ports: Ports, account: Account, database: str) -> str:
    return f"postgresql://{_address(ports, account, database)}"


def _address(ports: Ports, account: Account, database: str) -> str:
    return f"{account.name}:{account.password}@127.0.0.1:{ports.postgres}/{database}"
