"""What an SQL dump holds is seen at the beginnings of its lines, however its bytes are cut into pieces."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.manifest import InventoryObject
from cadangan.engines.mysql.contents import Scanner

DUMP = b"""/*M!999999\\- enable the sandbox mode */
-- MariaDB dump
CREATE TABLE `a``b` (
  `id` int
);
INSERT INTO `a``b` VALUES
(1,'CREATE TABLE `palsu` ('),
(2,'\\nCREATE TABLE `palsu` (');
CREATE TABLE `baris
baru` (
);
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 trigger tr before insert on t for each row set @a = 1
*/;;
CREATE SEQUENCE `nomor` start with 1;
/*!50106 DROP EVENT IF EXISTS `malam` */;
/*!50003 DROP FUNCTION IF EXISTS `f` */;
/*!50003 DROP PROCEDURE IF EXISTS `p` */;
/*!50003 DROP PACKAGE IF EXISTS `paket` */;
/*!50003 DROP PACKAGE BODY IF EXISTS `paket` */;
/*!50001 VIEW `lihat` AS select 1 */;

-- Dump completed on 2026-11-25  3:49:56
"""
TABLES = ("a`b", "baris\nbaru")
KINDS = {
    "trigger": "tr",
    "sequence": "nomor",
    "event": "malam",
    "function": "f",
    "procedure": "p",
    "package": "paket",
    "package body": "paket",
    "view": "lihat",
}
OBJECTS = [InventoryObject(kind=kind, schema_name="d", name=name) for kind, name in KINDS.items()]


def scanned(*parts):
    scanner = Scanner()
    for part in parts:
        scanner.write(part)
    return scanner


@given(st.lists(st.integers(0, len(DUMP)), max_size=30))
def test_everything_is_seen_wherever_the_bytes_are_cut(cuts):
    edges = [0, *sorted(cuts), len(DUMP)]
    scanner = scanned(*(DUMP[begin:end] for begin, end in itertools.pairwise(edges)))
    assert scanner.missing(TABLES, OBJECTS) == []
    assert scanner.without_rows(TABLES) == ["baris\nbaru"]


@given(st.integers(0, 9000), st.integers(1, 5000))
def test_everything_is_seen_behind_much_that_is_of_no_interest(before, piece):
    dump = b"x" * before + b"\n" + DUMP
    scanner = scanned(*(dump[at : at + piece] for at in range(0, len(dump), piece)))
    assert scanner.missing(TABLES, OBJECTS) == []


def test_values_never_pass_for_definitions():
    assert scanned(DUMP).missing(["palsu"], ()) == ["no table palsu"]


def test_what_is_missing_is_named():
    dump = b"".join(line for line in DUMP.splitlines(keepends=True) if b"malam" not in line and b"TABLE" not in line)
    assert scanned(dump).missing(TABLES, OBJECTS) == ["no event malam", "no table a`b", "no table baris\nbaru"]
    assert scanned(DUMP.replace(b"50003 CREATE*/", b"")).missing((), OBJECTS) == ["0 of 1 triggers (tr)"]


def test_a_trigger_cut_in_two_counts_once():
    at = DUMP.index(b"/*!50003 CREATE*/") + 5
    two = [InventoryObject(kind="trigger", schema_name="d", name=name) for name in ("tr", "lain")]
    assert scanned(DUMP[:at], DUMP[at:]).missing((), two) == ["1 of 2 triggers (tr, lain)"]


def test_a_dump_without_its_last_line_is_cut_short():
    for end in (0, 100, len(DUMP) - 60):
        assert scanned(DUMP[:end]).missing((), ()) == ["the last line, -- Dump completed, is not there"]
