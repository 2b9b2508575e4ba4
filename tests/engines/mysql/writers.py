"""An application that writes all the while."""

import threading

from tests.services.mariadb import run

ACCOUNTS = (
    "CREATE TABLE saldo (id int PRIMARY KEY, n int)",
    "INSERT INTO saldo SELECT seq, 1000 FROM seq_1_to_10",
    "CREATE TABLE mutasi (id int PRIMARY KEY AUTO_INCREMENT, oleh int, isi double)",
)


class Writers:
    """Write for as long as the block lasts into `ACCOUNTS`, whose sum is always the same."""

    def __init__(self, target):
        self._target = target
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(3)]
        self.written = 0

    def _write(self, number):
        while not self._stop.is_set():
            run(
                self._target,
                "START TRANSACTION",
                f"INSERT INTO mutasi (oleh, isi) VALUES ({number}, RAND())",
                f"UPDATE saldo SET n = n - 1 WHERE id = {number + 1}",
                f"UPDATE saldo SET n = n + 1 WHERE id = {number + 5}",
                "COMMIT",
            )
            self.written += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
