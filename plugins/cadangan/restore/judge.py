"""Compare a restored place with its back-up's manifest, and tell loss from what comes of restoring elsewhere."""

from dataclasses import dataclass

from cadangan.core.compare import compare
from cadangan.core.difference import Difference, NotCompared, Stock
from cadangan.restore.job import RestoreJob


@dataclass(frozen=True)
class Judgement:
    """What a comparison showed.

    :param differences: from the manifest, each of which means loss.
    :param harmless: differences that come of restoring elsewhere.
    :param not_compared: what could not be compared, and why.
    """

    differences: tuple[Difference, ...]
    harmless: tuple[Difference, ...]
    not_compared: tuple[NotCompared, ...]


def judge(job: RestoreJob, target: object) -> Judgement:
    """Return how the place of `target` differs from the manifest of `job`; raise EngineError."""
    stock: Stock = job.engine.take_stock(target, job.manifest, job.digest_method(), job.site.host)
    comparison = compare(job.manifest, stock)
    harmless = tuple(each for each in comparison.differences if job.engine.harmless(each, job.manifest, stock))
    differences = tuple(each for each in comparison.differences if each not in harmless)
    return Judgement(differences, harmless, comparison.not_compared)
