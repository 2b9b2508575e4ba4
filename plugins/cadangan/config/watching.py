"""What of policies.yaml is for the watch over the vault: scans and alerts."""

from typing import Annotated

from pydantic import Field

from cadangan.config.assets import Name, Text
from cadangan.config.loading import Strict
from cadangan.config.sop import Email


class Scanning(Strict):
    """How the copies are re-read.

    :param cron: when a scan begins, in the zone of Asia/Jakarta.
    :param gigabytes: how much one scan re-reads at most; the copies that were not read for the longest come first.
    :param minutes: for how long it begins to re-read or repair another copy.
    """

    cron: Text = "0 20 * * *"
    gigabytes: Annotated[float, Field(gt=0)] = 500.0
    minutes: Annotated[float, Field(gt=0)] = 240.0


class Alerting(Strict):
    """When and to whom alerts go.

    :param role: of sop.yaml; its people get the mails.
    :param repeat_hours: hours between two mails on the same thing.
    :param space_days: an alert is due when a destination is predicted to be full within so many days.
    :param scan_days: an alert is due when the last whole scan is older.
    :param expiry_days: an alert is due when a standing approval or the keys of encryption end within so many days.
    :param heartbeat_url: asked (HTTP GET) after every round; a monitor that hears nothing raises the alarm. It may
        hold a secret path, so the environment variable CADANGAN_HEARTBEAT_URL goes before it.
    :param heartbeat_mail: addresses that get a mail once a day, as long as all this runs; beside the URL, or in its
        place. Whoever gets none asks why.
    """

    role: Name = "staff"
    repeat_hours: Annotated[float, Field(ge=1)] = 24.0
    space_days: Annotated[float, Field(ge=1)] = 30.0
    scan_days: Annotated[float, Field(ge=1)] = 7.0
    expiry_days: Annotated[float, Field(ge=1)] = 30.0
    heartbeat_url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    heartbeat_mail: tuple[Email, ...] = ()
