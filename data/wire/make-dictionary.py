#!/usr/bin/env python3
"""make-dictionary.py: writes ./dictionary, the zstd dictionary of the content coding "satchel" (protocol/WIRE.md, Transport).

TEXT is what short messages repeat, the commonest last, where it is the cheapest to point at; from messages drawn like theirs zstd learns how
often each letter stands between. Another dictionary is another coding: whoever runs this gives it another name, in all that speak it.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import base64
import ctypes
import json
import os
import random
import uuid

NUMBER = 51836  # of the dictionary; in zstd's range for private use that takes two bytes
MOST_BYTES = 4096
LEVEL = 1

FIELDS = ["name", "subject", "title", "first_name", "last_name", "full_name", "email", "phone", "mobile", "city", "street", "postal_code", "country",
          "description", "body", "text", "notes", "status", "stage", "priority", "due", "start", "end", "amount", "quantity", "price",
          "discount", "owner", "account", "contact", "regarding", "parent", "location", "number", "type", "source", "reason"]
ENTITIES = ["note", "product", "quote", "quote_line", "order", "case", "lead", "phone_call", "appointment", "task", "email", "opportunity", "contact", "account"]
WORDS = "the of call back next week offer meeting sent visit price Ana Maria Popescu Schmidt Lungă Straße București Cluj Köln GmbH SRL 上海 有限公司 +40 744 123 0".split()

TEXT = "".join([
    '"state":"parked","code":"forbidden","reason":"you may not change this ","field":"state":"conflict","conflicts":[',
    '"drop":["gone":["done":{"from":"permits":{"metadata":{"more":true,"preparing":true',
    '@example.com+40 7+49 000000Z"user:"team:|open|completed|low|normal|highnull,0,1,2,null,null,true,false,',
    "".join('","%s' % field for field in FIELDS), '","created_at","created_by","owner","unit","modified_at","modified_by"],"whole":true}\n',
    "".join('{"entity":"%s","columns":["id","s","' % entity for entity in ENTITIES[:-1]),
    "".join('{"k":"%s","e":"%s","r":"' % (kind, entity) for kind in ("delete", "action", "create", "update") for entity in ENTITIES[:-1]),
    '{}\n{"entity":"account","columns":["id","s","name","modified_at","modified_by"],"whole":false}\n["0196c844-447e-783b-98cd-",17',
    '{"outcomes":[{"n":[2,2],"s":[213,213],"at":1795410117925}]}\n{"own":true}\n{"cursor":"1795410111.213.","s":213,"rows":0}\n',
    '{"cursor":"1795410111.212.","rights":"',
    '{"acknowledged":1,"cursors":["1795410111.212."],"pull":{"cursor":0},"sets":[{"id":"019a36c8-447e-783b-98cd-","n":2,"at":1795410117758,'
    '"c":[{"k":"update","e":"account","r":"019a36c8-447e-783b-98cd-","seen":0,"f":{"name":["',
])


class Chance(random.Random):
    def id(self):
        """As RFC 9562 has them with the time in front."""
        return str(uuid.UUID(int=self.at() << 80 | 7 << 76 | self.getrandbits(12) << 64 | 2 << 62 | self.getrandbits(62)))

    def at(self):
        return self.randint(1760000000000, 1960000000000)

    def cursor(self):
        return "%d.%d.%s" % (self.at() // 1000, self.commit(), base64.urlsafe_b64encode(self.randbytes(24)).decode())

    def commit(self):
        return int(10 ** self.uniform(2, 7))

    def value(self):
        return self.choice([lambda: " ".join(self.choices(WORDS, k=self.randint(1, 2))), lambda: self.randint(0, 100000), self.at, self.id,
                            lambda: "user:" + self.id(), lambda: None])()

    def fields(self):
        return self.sample(FIELDS, self.choice([1, 1, 1, 2, 3]))


def draw_push(chance):
    changes = [{"k": "update", "e": chance.choice(ENTITIES), "r": chance.id(), "seen": chance.choice([0, chance.commit()]),
                "f": {field: [chance.value()] for field in chance.fields()}} for _ in range(chance.choice([1, 1, 1, 2]))]
    n = chance.randint(1, 900)
    return [{"acknowledged": n - 1, "cursors": [chance.cursor()], "pull": {"cursor": 0},
             "sets": [{"id": chance.id(), "n": n, "at": chance.at(), "c": changes}]}]


def draw_pushed(chance):
    n, s = chance.randint(1, 900), chance.commit()
    return [{"outcomes": [{"n": [n, n], "s": [s, s], "at": chance.at()}]}, {"own": True}, {"cursor": chance.cursor(), "s": s, "rows": 0}]


def draw_pulled(chance):
    columns, n, s = chance.fields(), chance.choice([1, 1, 1, 2, 5]), chance.commit()
    rows = [[chance.id(), s] + [chance.value() for _ in columns] + [chance.at(), chance.id()] for _ in range(n)]
    return [{}, {"entity": chance.choice(ENTITIES), "columns": ["id", "s"] + columns + ["modified_at", "modified_by"], "whole": False},
            *rows, {"cursor": chance.cursor(), "s": s, "rows": n}]


def print_message(lines):
    text = "\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    return (text if len(lines) == 1 else text + "\n").encode()


class Parameters(ctypes.Structure):
    _fields_ = [("level", ctypes.c_int), ("notify", ctypes.c_uint), ("number", ctypes.c_uint)]


def finish(content, samples):
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZDICT_finalizeDictionary.restype = ctypes.c_size_t
    zstd.ZDICT_finalizeDictionary.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t), ctypes.c_uint, Parameters]
    dictionary = ctypes.create_string_buffer(MOST_BYTES)
    sizes = (ctypes.c_size_t * len(samples))(*map(len, samples))
    size = zstd.ZDICT_finalizeDictionary(dictionary, MOST_BYTES, content, len(content), b"".join(samples), sizes, len(samples),
                                         Parameters(LEVEL, 0, NUMBER))
    if zstd.ZDICT_isError(ctypes.c_size_t(size)):
        raise SystemExit("zstd makes no dictionary of this")
    return dictionary.raw[:size]


def main():
    chance = Chance(1)
    samples = [print_message(draw(chance)) for _ in range(1000) for draw in (draw_push, draw_pushed, draw_pulled)]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dictionary"), "wb") as file:
        file.write(finish(TEXT.encode(), samples))


if __name__ == "__main__":
    main()
