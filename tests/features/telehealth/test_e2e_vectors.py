"""The vectors that the web app's cryptography is tested with are what its description comes to."""

import json
from pathlib import Path

from tests.support import e2e

VECTORS = json.loads(
    (Path(__file__).parents[3] / "web" / "src" / "lib" / "e2e" / "vectors.json").read_text(encoding="utf-8")
)


def test_the_vectors_open() -> None:
    rfc = VECTORS["rfc5903"]
    keys = e2e.make_keys(int(rfc["responder"], 16), int(rfc["initiator"], 16))
    assert (keys.public, keys.id) == (VECTORS["identity"]["public"], VECTORS["identity"]["id"])
    sealed, epoch, message = VECTORS["sealed"], VECTORS["epoch"], VECTORS["message"]
    place = e2e.context("content-key", sealed["room"], 1, sealed["participant"])
    key = e2e.open_sealed(keys, sealed["sealed"], place)
    assert key == e2e.unb64(sealed["secret"]) == e2e.open_sealed(keys, epoch["wraps"][0]["wrapped"], place)
    assert e2e.open_message(keys.public, key, message["place"], message) == message["content"]


def test_what_one_seals_the_other_opens() -> None:
    ada, pat = e2e.make_keys(), e2e.make_keys()
    body, key = e2e.make_epoch(ada, "person:ada", "room", 1, {"person:ada": ada.public, "person:pat": pat.public})
    wrapped = {one["participant"]: one["wrapped"] for one in body["wraps"]}
    assert e2e.open_sealed(pat, wrapped["person:pat"], e2e.context("content-key", "room", 1, "person:pat")) == key
    place = {"id": "m", "room": "room", "epoch": 1, "sender": "person:pat", "key_id": pat.id, "sequence": 1}
    assert e2e.open_message(pat.public, key, place, e2e.seal_message(pat, key, place, {"text": "sí"})) == {"text": "sí"}
