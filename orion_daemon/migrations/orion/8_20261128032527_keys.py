"""Licence keys: their sources, purchases, units and deliveries; prices made of what a key costs."""

from tortoise import BaseDBAsyncClient

_TABLES = """
CREATE TABLE "exchange_rates" (
    "id" {ID},
    "base" VARCHAR(3) NOT NULL,
    "quote" VARCHAR(3) NOT NULL,
    "rate_millionths" BIGINT NOT NULL,
    "source" VARCHAR(200) NOT NULL DEFAULT '',
    "read_at" {TIME} NOT NULL,
    CONSTRAINT "uid_exchange_ra_base_960d08" UNIQUE ("base", "quote"),
    CONSTRAINT "exchange_rates_rate" CHECK (rate_millionths > 0)
);
CREATE TABLE "product_markups" (
    "id" {ID},
    "kind" VARCHAR(8) NOT NULL,
    "value" BIGINT NOT NULL,
    "rounding" VARCHAR(8) NOT NULL DEFAULT 'none',
    "vat_hundredths" INT NOT NULL DEFAULT 0,
    "fee_hundredths" INT NOT NULL DEFAULT 0,
    "fee_minor" BIGINT NOT NULL DEFAULT 0,
    "min_margin_minor" BIGINT NOT NULL DEFAULT 0,
    "cap_minor" BIGINT,
    "max_age_seconds" INT NOT NULL DEFAULT 86400,
    "state" VARCHAR(16) NOT NULL,
    "paused_code" VARCHAR(40) NOT NULL DEFAULT '',
    "paused_reason" TEXT NOT NULL DEFAULT '',
    "price_minor" BIGINT,
    "currency" VARCHAR(3),
    "inputs_json" {JSON},
    "priced_at" {TIME},
    "updated_at" {TIME} NOT NULL,
    "product_id" BIGINT NOT NULL UNIQUE REFERENCES "products" ("id") ON DELETE CASCADE,
    CONSTRAINT "product_markups_kind" CHECK (kind IN ('percent', 'fixed')),
    CONSTRAINT "product_markups_rounding" CHECK (rounding IN ('none', '99', '95', '90', '50', '00')),
    CONSTRAINT "product_markups_state" CHECK (state IN ('waiting', 'priced', 'paused')),
    CONSTRAINT "product_markups_priced" CHECK (state <> 'priced' OR price_minor IS NOT NULL)
);
CREATE TABLE "product_sources" (
    "id" {ID},
    "position" INT NOT NULL,
    "supplier_product_id" VARCHAR(255) NOT NULL DEFAULT '',
    "low_water" INT,
    "created_at" {TIME} NOT NULL,
    "channel_id" BIGINT REFERENCES "channels" ("id") ON DELETE CASCADE,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_product_sou_product_f533fe" UNIQUE ("product_id", "position")
);
CREATE TABLE "supplier_accounts" (
    "id" {ID},
    "currency" VARCHAR(3),
    "balance_minor" BIGINT,
    "credit_minor" BIGINT,
    "usable_minor" BIGINT,
    "balance_at" {TIME},
    "buying_state" VARCHAR(16) NOT NULL DEFAULT 'open',
    "paused_reason" TEXT NOT NULL DEFAULT '',
    "paused_at" {TIME},
    "needs_minor" BIGINT,
    "catalog_cursor" TEXT NOT NULL DEFAULT '',
    "catalog_walk" VARCHAR(16) NOT NULL DEFAULT '',
    "catalog_walk_at" {TIME},
    "catalog_full_at" {TIME},
    "catalog_delta_at" {TIME},
    "updated_at" {TIME} NOT NULL,
    "channel_id" BIGINT NOT NULL UNIQUE REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "supplier_accounts_buying" CHECK (buying_state IN ('open', 'paused'))
);
CREATE TABLE "key_purchases" (
    "id" {ID},
    "reference" VARCHAR(64) NOT NULL UNIQUE,
    "supplier_product_id" VARCHAR(255) NOT NULL,
    "quantity" INT NOT NULL,
    "expected_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "is_preorder_allowed" {NO},
    "state" VARCHAR(16) NOT NULL,
    "supplier_order_id" VARCHAR(255),
    "charged_minor" BIGINT,
    "error_code" VARCHAR(64) NOT NULL DEFAULT '',
    "error" TEXT NOT NULL DEFAULT '',
    "looks" INT NOT NULL DEFAULT 0,
    "intended_at" {TIME} NOT NULL,
    "sent_at" {TIME},
    "settled_at" {TIME},
    "updated_at" {TIME} NOT NULL,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "order_item_id" BIGINT NOT NULL REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    CONSTRAINT "key_purchases_state" CHECK (state IN ('intended', 'sent', 'unknown', 'bought', 'refused', 'dropped', 'abandoned')),
    CONSTRAINT "key_purchases_quantity" CHECK (quantity > 0 AND expected_minor >= 0),
    CONSTRAINT "key_purchases_sent" CHECK (state = 'intended' OR state = 'dropped' OR sent_at IS NOT NULL)
);
CREATE TABLE "keys" (
    "id" {ID},
    "kind" VARCHAR(16) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "secret_sealed" {BYTES},
    "digest" {BYTES},
    "filename" VARCHAR(200) NOT NULL DEFAULT '',
    "raw_kind" VARCHAR(64) NOT NULL DEFAULT '',
    "code_id" VARCHAR(255),
    "unit_id" BIGINT,
    "cost_minor" BIGINT,
    "currency" VARCHAR(3),
    "added_by" VARCHAR(200) NOT NULL DEFAULT '',
    "note" VARCHAR(200) NOT NULL DEFAULT '',
    "created_at" {TIME} NOT NULL,
    "claimed_at" {TIME},
    "delivered_at" {TIME},
    "updated_at" {TIME} NOT NULL,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id") ON DELETE RESTRICT,
    "purchase_id" BIGINT REFERENCES "key_purchases" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "keys_state" CHECK (state IN ('free', 'claimed', 'awaited', 'delivered', 'bad')),
    CONSTRAINT "keys_kind" CHECK (kind IN ('text', 'image', 'preorder', 'unknown')),
    CONSTRAINT "keys_owner" CHECK ((state = 'free') = (unit_id IS NULL) OR state = 'bad')
);
CREATE TABLE "key_units" (
    "id" {ID},
    "number" INT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "source" INT NOT NULL DEFAULT 0,
    "hold_code" VARCHAR(40) NOT NULL DEFAULT '',
    "hold_reason" TEXT NOT NULL DEFAULT '',
    "is_released" {NO},
    "replaced" INT NOT NULL DEFAULT 0,
    "created_at" {TIME} NOT NULL,
    "delivered_at" {TIME},
    "updated_at" {TIME} NOT NULL,
    "key_id" BIGINT REFERENCES "keys" ("id") ON DELETE RESTRICT,
    "order_item_id" BIGINT NOT NULL REFERENCES "order_items" ("id") ON DELETE RESTRICT,
    "purchase_id" BIGINT REFERENCES "key_purchases" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_key_units_order_i_ce2866" UNIQUE ("order_item_id", "number"),
    CONSTRAINT "key_units_state" CHECK (state IN ('owed', 'buying', 'unknown', 'waiting', 'ready', 'delivered', 'held', 'cancelled')),
    CONSTRAINT "key_units_key" CHECK (state NOT IN ('ready', 'delivered', 'waiting') OR key_id IS NOT NULL),
    CONSTRAINT "key_units_delivered" CHECK (state <> 'delivered' OR delivered_at IS NOT NULL)
);
CREATE TABLE "key_deliveries" (
    "id" {ID},
    "way" VARCHAR(8) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "language" VARCHAR(8) NOT NULL DEFAULT '',
    "message_id" VARCHAR(120) NOT NULL UNIQUE,
    "key_ids_json" {JSON} NOT NULL,
    "asked_by" VARCHAR(200) NOT NULL DEFAULT '',
    "error" TEXT NOT NULL DEFAULT '',
    "receipt" VARCHAR(200) NOT NULL DEFAULT '',
    "created_at" {TIME} NOT NULL,
    "sent_at" {TIME},
    "updated_at" {TIME} NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE RESTRICT,
    CONSTRAINT "key_deliveries_state" CHECK (state IN ('asked', 'sent', 'failed')),
    CONSTRAINT "key_deliveries_way" CHECK (way IN ('mail', 'api'))
);
CREATE TABLE "mail_templates" (
    "id" {ID},
    "kind" VARCHAR(16) NOT NULL,
    "language" VARCHAR(8) NOT NULL,
    "part" VARCHAR(8) NOT NULL,
    "source" TEXT NOT NULL,
    "changed_by" VARCHAR(200) NOT NULL DEFAULT '',
    "updated_at" {TIME} NOT NULL,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_mail_templa_store_i_214f11" UNIQUE ("store_id", "kind", "language", "part")
);
CREATE UNIQUE INDEX keys_digest ON keys (digest) WHERE digest IS NOT NULL;
CREATE UNIQUE INDEX keys_code ON keys (purchase_id, code_id) WHERE code_id IS NOT NULL;
CREATE UNIQUE INDEX keys_unit ON keys (unit_id) WHERE unit_id IS NOT NULL AND state <> 'bad';
CREATE INDEX keys_pool ON keys (product_id, id) WHERE state = 'free';
CREATE INDEX keys_awaited ON keys (id) WHERE state = 'awaited';
CREATE INDEX keys_store ON keys (store_id, id);
CREATE UNIQUE INDEX key_units_one_key ON key_units (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX key_units_unsettled ON key_units (state, id) WHERE state NOT IN ('delivered', 'cancelled');
CREATE INDEX key_purchases_open ON key_purchases (channel_id, id) WHERE state IN ('intended', 'sent', 'unknown');
CREATE INDEX key_purchases_item ON key_purchases (order_item_id, id);
CREATE INDEX key_deliveries_order ON key_deliveries (order_id, id);
CREATE INDEX product_sources_channel ON product_sources (channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX product_markups_due ON product_markups (priced_at, id);
"""


def _in(words: dict[str, str]) -> str:
    text = _TABLES
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text


_SQLITE = {
    "ID": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    "TIME": "TEXT",
    "JSON": "TEXT",
    "BYTES": "BLOB",
    "NO": "INT NOT NULL DEFAULT 0",
}
_POSTGRES = {
    "ID": "BIGSERIAL NOT NULL PRIMARY KEY",
    "TIME": "TIMESTAMPTZ",
    "JSON": "JSONB",
    "BYTES": "BYTEA",
    "NO": "BOOL NOT NULL DEFAULT FALSE",
}
UP = {"sqlite": _in(_SQLITE), "postgres": _in(_POSTGRES)}

_DOWN = """
DROP TABLE "mail_templates";
DROP TABLE "key_deliveries";
DROP TABLE "key_units";
DROP TABLE "keys";
DROP TABLE "key_purchases";
DROP TABLE "supplier_accounts";
DROP TABLE "product_sources";
DROP TABLE "product_markups";
DROP TABLE "exchange_rates";
"""
DOWN = {"sqlite": _DOWN, "postgres": _DOWN}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    "eJztfVtz4za27l9h+WXnVOmkYrvd6T1vdqcz051uu8t29tnZqSkWREEW2xSpgKQdz5789w"
    "PwIpIgSBPgRSC0Xvoi8YOkb4GL647/PQmIG/jfv98g38feyd+s/z3x0RbTf3DvLKwTtNvt"
    "X2f/j9DSS6500mvC5KJlGBHkRPT1NfJCTF9a4dAh7i5isL9Zfux57MXAoRe6/kPxUuy7f8"
    "TYjoIHHG0woW/8/vtJGAUEs4W3iDziaOchB5/885/0Bddf4T9xyC5j/9092msXe6vKb3BX"
    "DJq8bkcvu+S1K/fhox/9nFzLvsjSdgIv3vrF9buXaBP4e4DrR+zVB+xjgiLMPiEiMftl7I"
    "tnJOQ/Nv0RxSXptyxhVniNYi8qMbG0i9dObPv65t6++3Bv2ycS3DmBz3inXzVMCHhgX+H/"
    "/ufZ2fn5j2c/nL99d/Hmxx8v3v3wjl6bfN/6Wz/+lX6Zgq10qYSzj3//eH3PvlBAhZtKnb"
    "3wV4JBEUpRiTAK9ssiq4mBbiwiFgIH46RBfyYvjZz7NnHkLxTyKLbnFALZoj9tD/sP0Yb+"
    "9/yshev/urx9/4/L2+/Oz/5PlfDr7J2z5C1GfWmjhza96dwnAdFXQeBh5Dds+DKOY3pJgW"
    "NRnd8MI1Ddto1vbj4nuiQM//DSfc1t6utfv1x9uP3uNKGeXuRGlb1eEI48L3gO7W0cIfYF"
    "Q0neRfAJ6d+/Mlv+t8hHD3hlL1/kVEsZZaBmeddBsbxr1CvveLWC/dUuyJ5/XTkuY6Zj+O"
    "RkEn4vfvihA8P0qkaOk/eqLIc4iuhXCO1vYWpZVan+RF8VU10DcnyvXCey/m15blizYGaw"
    "s1uIvv/w3/cVRZLz+92Xy//mqX//+eYqIScIoweSrHLy6e7m+ooXA9XFUobKHjDhNicYrV"
    "6m2eunbzts9dO3jTudvSVg2KY/QbjP7/GfDWY5jzNArfTa3NuX7J3PN9d/zy/nd3yV+oCs"
    "MLGdmIQBkaGexwH1atSH9i7wPGp6IMHD9Nf79z9R9iJ3i1ukwC3B6/psge/zf3SQS2aFz1"
    "Hh/3R5/+H+45cPZxWh5K9+x2sl9uLd/eWXr9b/+3j/D4v91/qfm+sP/HNhf939/5ywr4Pi"
    "KLD94NlGqzId+cv5SyJ5E0x/nuP2lXltGZC73nJfuySMhrjbBQuB7DWVves/YT8KyIu9i8"
    "ONquAbVgGpayr1R/qGb68DspVxG6ooJYNKM3GO7Td4iCpCTIic6VpFgeEqbbgWBKqpsxoe"
    "FJmmisyhvnWk+tSqggeQ8ZwDURoLOd6t1IVcBYOQdRVyki+3ZfPeZdTr2e8ZSHO6BDirPV"
    "g/CvPf+9qFqiB+pq+6D/4v+CURxkf6xZEvzHWnJRh3+TIzk8Ff+S7LXy0e3wQ976s1KpuP"
    "/vgV9nCa9buld8Ptx/eUZUbyEjmPz4is7Aa2S2UDNn0kragn5dKfK8rMZiv9/Mst9pL8ay"
    "P3X4pF3+/XNEgWVSd2uwtIZH8Llj1Z+5gs9ClYGsvU3lEPX3zH9oKHvozlC97R9T4HD6YS"
    "l4a2+nF1w9YwmiB744bJ7iKxPwRZ/0iXu419U2l7xCxmRpwNCnFPxuhz+Wu2kqls7Uiwip"
    "3IDgP6Q/vy9TVd7C5Za7YefDthLAlDLQ/KG/0N256E3SaLfU3XMnWL+UHkrl0nrW7rx9d1"
    "aSlT6Vpj6lvv4qU3DGU/0+W+FquZylqwXve3JtgaphLU35TvZsTPRaczPzI4C0r+Y8WzrL"
    "5VCo+iCL1i49/4+D6gf7xK6Pt0LYNIbXGM6MVrdxjeKh7S+2RdQzkM493Oc6kXgBwniCly"
    "CPruskUv0zUNoo7dwduzLXdPZ5Xe2XIM3BbQqfc9NQZ+GrugGuJPCWbgpiinaMp6pOKAfi"
    "h9wsELq7kfKpFVjf+WQoHsegP7FIbvgAoxvemoS4uRh4W73EfkpamMnoPynTgvEQ5nSHnb"
    "Bs5q4vcpLcrs1cfry9vfxAUDV4Ia+qvf7j9cclJY0++DyY5I9oxwMAM3/EjF9DIkH6JdIf"
    "adDXYecf5tZsdy9vUVKyMqYKh+0TRnjv/cuXQ5NRlXwSBjTWVMnSWf3okr9CLwphrtXw6l"
    "VBqhmTwzU/js9M2Pb96dv32zt4D3r7QZvvVGXCgdO4K7B0rHjkDIWVRBunisioPysaHKx0"
    "pRnn4FZKUZPjOTQ9cSsuoWrBSRvb+8e3/504e2GjKprIBcuDGt3auHF/c1fY3hxKQqboTo"
    "IYQKdbn1Fy2hQidYSfn2+fXDuPaHFUDFo3/7poNH//ZNo0fP3qoarMnfEtTm1xsYlDrrNM"
    "3krGWayVl9mokTE4J9R2ouTxljIM/nXYLdzbHuGsMsg0fkCC4gBvLbJZnQnEuopRKYG/Kv"
    "wJfSEmWMgQwPr4azL2x7yH+Iqe0kQ7YIayDpAw/zytmSnzNVR8KgqR6DpmBYIwwLNFC/QC"
    "T4CIKEEAk2VMi1QGSXnst88ne/GmPz4pPQVtmnL2mYhiTDSbK3KHI2AzVvfWFrmUpYUZNO"
    "/yJuX8r2hegf8oiK2aRtgye8xe1l6DK0fcnWM5U5Jw6jYNu7L+l9toypNEEn+Ostzf07mU"
    "0lZ4tcz47wdkcp6KvQv9C17rOlTOULGpihtxR6S6dr4aOW+Spmc3v7s3SXr2UuXWjn2lHw"
    "iPu2vV/u3Hu2jKk0xSs3GsaJuWRLdXVg5sLViHVcede24IC8op+7+YC8rH88uQiquY6umg"
    "sOwpusDRSSUIbmJzSpVOefhUei3ZSyQ+WJCMOE9ktTGQyP8rOBUAMMgTKJnrp516FXIh+Q"
    "MnSnhFZ6YIA2iYZZu31sZsHN2jpnpXRHdxqykquU4a3q33OLPXn01T+SEQgzV7R5OHU0vc"
    "vSU7PCuRUMNMjPLi661FJfXDRXU7P3qjZ5zlpClATzPG7CuRW7zUvoOunEpzmOrXiIXEGF"
    "bzPV+fUGnkbUpXL9tLly/bRWub7dSVGbXW4es6PoiiVBckOy9gAguBPBboS39gMJ4p3kc7"
    "AGBMI7EX6QfjitaR64HW5HXGqabV1fdDxcm6XNAQ2a7jKJ0V1KdyKP2caKYhChQRa9ZLEm"
    "wVYtBM7DYaCVpjHwRFCxH7leD0GX8SBpTSUd0WcnkZz1WMaYZ0AM7y+jJ+TSn+56biRlqP"
    "E487gevvP7jxhRtSPiudFEKEMMMg2GG8IX+Cs3TwZ1nwlRAsHGfX3jeq7/WCe45QDq7HoT"
    "uO3VI69w9rS7RQ/YlmW8igLe5XmndkmiE5BnF2TKT4x4ZZle4yNMkpDC9IiHIHjwilSUQ4"
    "l6CETTgJpvk5Yl4J6Rv2fKeSp7h6KNjCyEYJCCguaK6PdZxpHCfBsBFDRUv/k2qV/kqYy4"
    "KUNhyk33KTexv6dOcTxHbQGICWkaE4Iy5yMQMszaOQIhZ5WG8rXsFRxMXe9Xzl6TR10Y0l"
    "PXOx/0qZscOpcTV7Zgl3Li7o0CNv1kP/SGOAy5XmJ8X6xtkHgOOkpJTzNv0h7R9n3WpfSd"
    "25cyVfCV+yUBD1wRL/hM9jH7EbxQD6/N021hNdfDq4xbhjHLMmNQIzcShT2aI4B7AET95K"
    "N+5a8pwTkHA+blmQfv9Ai8067tU20P8M4NVOC1tj/XW7zWBuusnwdrdLf1gnNmm3epRseJ"
    "JS3ddU8i7/RudBiSbvIxvIJStAQ8Af00BngCh/QEwiAmook/zWZpgZiw1/VEAxNoCIMUR0"
    "gQtm0mO78eqJam2kNhZG+DlUs/UaDEW0oieSCQL03+2vWwvUGhoMyoWXNXQAaQPnatL/24"
    "iO5iGYpLEOMIPu10UuRpy0mRp/WTIt2QsrfdJaZ13RB8pUyojJywSmj/ymzLhLJR0MmJkH"
    "XaG41vHjad7/7DuGb4YE0Y2Tkv0l5NGWZQc8vEfa8pjarxSA4NdW+axiOhWkavuCNUywxR"
    "LdMhqFidDEnf8B8w2RG397k8LHb4c2k1gyQwZrFHjTZxVJZntjVCW5HqGNHadRYnLkwOiN"
    "Vqo2UXLbHag5mWut3qh7EtU99HpGddH5GXNocpFPmnLxGesZ4V8pi1Bu1tSOr3X328vrz9"
    "TRzpuhK0El39dv/hko91MbUou+1LINj0Q1l6+bOjn5ln2Exq3sYr7TyNssbpubFstnWykX"
    "g7pfJ2m42SPU6c5MpuBgqbv21l6XQr2qDIQtaKvFgk9q3nIPZWVrra99Z/IS/GoYUIptcF"
    "IbaCNf0HttKfmGJXLjtQa2EtX6z0brfYL/n+hJPhZB8KB7JorMva7CmYCi0V/R9nLuZe4X"
    "ROsOwRBnI8/EyrJV7Tp7N0MzwHg0Z49UZ4tI4wkZ9GUEEB/z0GEaQGy7dgqeo6F1DwJIby"
    "JApq+/sTqe3a7WRM3YTR1amobUXtXAvGf5NfkcnmNaeCnZM6fMgTrHFd9EGbNQ6VqFCJqr"
    "PloVqjJzsKrAIyoIQMCiMPXrc3fGEkVFlDlfUxkD/H4tTZj7Cj1K3Ii01iQcDkNc5LQKgH"
    "luOcfu7aJVuRknl9p5egwLsE79Qj9lwcSkemqjgoGFYt6liiEEuTXwIB86rMh5HkaSZ7gB"
    "G+KJdb62KhnzVb6Gc1C33D1nGClRTFFZAB5uLYblDCF8FImNtptsw5mAFET97lS0hApLd3"
    "FWUA7aO7+QlhWxyGwsBsi7/PAw0ge+o9nhSI2lEQpQdQS5gnVSCYKMrGYULkKvBFzv+rAs"
    "hxxvRITsz+LggbTrNqPc61hALm1Zh3NrH/aJPgWVDs3txcVwEZQ/1gjcGSdAKRjcfcpQcX"
    "yGzNAgF01g4MSYcwStBZQgCd9fNX0gJVKULLGKC03nj1DTtyW7QMAUJrobdHd7eT4rOEAD"
    "p5OlduiCg7iEhRyqGAVp7WZ0R8+nkyRlMZAoTWHCoS0F+5lSG0DAFCazc+jpKnjHRxfw0I"
    "9f3q9f0E058dMjaXUqe28zgDQpRcUqnTuLazlnFtZ/VxbSvsuCtprqsoYLoL03C63xGMsg"
    "ojpD6vrAqGcWWaynjt+m64URUyhwYpayplFsLxsSc/lK6CgwbDHgVFrGNZlv4yCsgfqrsz"
    "YbUuCNnGzrt8mZnJoGtTZ3nzNZycKVAx/Xl9XyxkKLNVrdrjVNLquJt+Uxb5GTuGcC/qts"
    "8DR0MQ9jVdyyTGRm/GzjlrasgucfpaU3Y5BgiN2UfYmO2K6p8ayc8vN8mYGixivM4p696Y"
    "mr1qYNH7KMdJNFVjt8WBpy/Enozj4WuCFaqBD1IHrEnEYohK4Cc2oFCG8D3AgEj71GSH+A"
    "kTN5JKb5QxRuzwUeeQwEAuHUM2MJDLnIFc+UG9de+vdIRvo9+XTTId5fCBfWAwfIzh3AF9"
    "FMOixQFkopJ5GKaXG/gcHGUCrhva9P5ynxQGjBQ4GC/SfeTCQ+RK+Yf59UobWrNcK+eAd3"
    "EOT5udw9O6c7iToja73DxmR9EUS4J8qeDRHgAEdyI4H+Ge8CTBM48zj+7h55I7MSHYd6Tc"
    "7DLGPI7PO1B83sjweX0zuw62t64fEDnjmQNC+7hyQQpikzxVxSBCgyx6yWJNgq1ipSUHhy"
    "o8TavwEkHFfuR6PQRdxoOkNZV0RJ+dRHKEWBljngExgpEW+KuGGRwtVloZZB7Lw2dUPdd/"
    "lMnu5debwO3U2T13ix6wLct4FQW8y/NOFXuiE5BnF2SG8qcitS8DbZTqbZQPQfDgFcfYOZ"
    "Soh4AI/PPm26RlCbhn5O+ZclhJ+hgJIRikIC+F7AfYKufTiLAmyGDcY2rQGkcvdhgFjuAh"
    "3RIvqcIMipUMPToLWopNdoyz8VxqQq6CQci6Crnr2cVtEebOpxfPWXdCE6rZ5EMT6sRNqA"
    "Kt0Z/jL8WipQrFeSmcrnw3q90ebar5QlsUOZu+faqZCL6wtcyRg9i3JsgPUzqGIe2+WNAg"
    "nVGNofpP2KdK48WmfxG3d1d0vtwHutqL+aRtgye8pf8eirYv2XqmMheQFSa2G/XuJr9hC3"
    "2MOnWSz1GnUfcCk6chdNltsZKpu+oRv/QkiRo3ppKTPx3T85+HeTDe7c+SNpGxYL3GpK9+"
    "YmuYRJBUh5PIliWP8a6N1Bsf3wf0j+4WLVvRIPWv1BaW2vWNvWF7s/+1BrHc2Uiufa1P7O"
    "TSt4Id4zwg/xFahJos2yUmeGVRe/kZk79ZzxsUWcjKJvfQa2L/0Q+efevul1+tgFh/v/94"
    "bW0xvdxa0/9GGze0Et/1+xOOxLE/q72zreTfsf/SBw00uukTL1pYzY1unOQ6d7FUYQY2vp"
    "2fdalNP2suTj/jk3yPWKryP7vcRGo7DUE5bxmCcl4fgpKqOekpzRzMQLZhUDMk3NQSbqpJ"
    "NkisQWJtluRDYm20xNp+OIhAwfSn1fgEWkvSTIuxK+UUUKOXzeWJXvW1y4mqTg53M+1C97"
    "W0/fbViuC2aqONFy1uq0plau+KVN2U8qglqZEbeVID+PYAE6p9p6+4Lr6mBOccDJiXZx5K"
    "R8GTHdOT1U2iWnhTBzD8dZPD7C1/roZJMHW/VuTUPHafL68a29wPnNQNAXNfG3XRau7n8p"
    "Ix90uYCWdCb1E6Om+OXfmUoo1w3lrjNi8h4Kzc+iHurKQMyx3iXkCAUJ5QsNXBVgdbHdJO"
    "hpEPaaeJ+7nA/RzC/ezSrTWF/7lvBmlxQcsNIx280H2/yvB+KDicuqjdhREO52T5pdHcTa"
    "ZSIiTvdBY48JSaXE9pbutAILc2UgbFoVTmeQ8wUC0MP4GTPmpFg6NbanhzgAFHv01Qu+sH"
    "ogmyzUnm/HoD2J06uQxl0kcQsCqataWDJjUoFEurRq0gbAhhw+MiH8KGEDbUldlOYUPxQ7"
    "Q/vQYOPeH5rRkOWkZm7158533gr92Hk5bYbOmqRafobEgBjCKKgADtkQZo3dDGPuNHJIVX"
    "zhAtAeEQ0e6HiB5ySLXR8cQgjuxgnTJkRxvqmm4CT6oKq3EBILu2i9nD41+YBE0buVV7CN"
    "CgQrqrECjgOoJ4WDZhSDoUUMUNo7mOxFKqhQJk7P6a5Opiy4eOdfO/3hfLzEpeXZ2v6kbt"
    "0JIxmDP1OXjVk2KXLLq7UV4APpTJmmHR4kM9unJnq+fXG5jFHn7aF9WRcgd17gEG0jt8kU"
    "A6fFTGR9oDwCeq+URZZWRXjz67HIisVQaxoCTZSrX8VDBAKU/pGrnCIF8jnwUAyKwlyVkh"
    "mgyZBQDI5MnEhIjq1JoLqfYAqKSSrqSi1hFRjhxVwRA50jVytHZ9N9yoSplDDyBmPZPDc5"
    "eyTvHBQ3tJOhQLNUb9ZOsuesT99Lizho/8TVVyUZS81MODlXKYxrhg6cih4eOBv6fLs4U9"
    "18c2HBCglXJYtAQJ9/KqyaClE66EMTCadXZx0aUr4+KiuSuDvVc1cJODRWzpqCEHM5Dt4W"
    "OHaZ2EQoC2AgOqu1D9GEtRnF5uwhzLCVTGQ+RKNSjn15tH7/C9yTD+dsrozh8x8imBAiOj"
    "0corQ0zyBYcbluW7kb0jroPtreuLIpVtRrQIDc1pqr1RURAhT0UMHBAkoCwB+rggkgZfGW"
    "OCVh/b2IPs5wijJnwHe3IJ0AoGKK0VO2zc3U6K0BIC6KxPmoli4kvxWYYAobW0MiKeiwV2"
    "QiOfJQTQKTKDQ/tbKJrl9Ym+2mz+Fig+leg6kfVvy3PDGZpfvVw73otbVLODn+5urnnXLs"
    "srqA3GgEzfbIdiaLbttci07pNg/fKsN/kyM7sHJJvb4RDBQwxlaE5flzKy9UGpglLsq2yV"
    "n3+5xV7TZMyWOa1mCIEzltl0xfREw36M3RYrGaQJao4a2wtpUUI/uu6ytTpOBZklX4/4xd"
    "7FxNmgEPeki+rMr9lKJrOVWPm9mfqVrmISSyOWKZW1Vr1QidNpjaVKZS2aXDhGrdJ+FhGc"
    "FaWfjc0wMLr7gOlxSNgOH6laYWadS0VSyxAI/dVD0x5Gcv1OZQgQWstGwThj89szMGVPUc"
    "RlKLTfaCrfg4+r1u2+PbrQ/PEK4LXY/AEG0OomDMkg/asTaGGAsmHnrr2PwyjYJrESPoCz"
    "f2vREr1xsotg7NSRBmi2iDziaOchR7LTqQIzMEwz/BAqd4WTmIud/D7RpvcReWna9DyWn3"
    "T6EuFwhqS3beisqGVvx1Nurz5eX97+Ju5uuBIUwVz9dv/hkjf2qLoLfOTZIUbikdUtghCA"
    "FSUxH4dqLEFABOMIPFyYMnwEQqaUh8pxqjIWAlWaShgOlNInOgIHSnXy2jscKNWlvi6Jrf"
    "QsTOlaJKqn7pq0KiWlqmFwTmssIxXU8IGM38tDmfKhQ/uyWChE0UZlLiDOoUOco3aLSPAt"
    "whpI+igTSFLO/Hi7FPU1NHPO44Dvbnyz4UOxwC5onyofi8aeG8Fxl7q2s+a6trNaXVuuDO"
    "SJriMNJPy003n0py3n0Z/Wz6N3YkKw70hNmCtjDOT5vMsDsvn5yDPM5vGFKuNHOCD408rl"
    "HmG8VB4CU8dCR6ayHNgsB/q1lORQw4IcVOXAZuuozEMqw4B9VfZXbugEsR+piKCOBTko3w"
    "UwF+zAEiB4HSdVywpCqGNBDsrlsFAhoUeFBGuFE00+bW+eM2f0adURe9fBEXvX6Ii9E0zI"
    "i1hH+waFGzldwyPBFVNWNShiTEp2iFZABpzfxAXSOsV1zlriOmf1uM6eMptgJJy/1TxNWY"
    "Q1gPVew7dUTs1iR/wqBI2rsAmJZ5+MV9Ns+hGm3TPepI+Fq6Jgl0vv8iRXqlgKVsFCKZim"
    "pWB5cqVXZad4EZC5rjKHUm3zhQyl2kcgZCjVPgYJxwTbqxiri7m6AMhaU1nD8a0Hjl/lDd"
    "TyEqgCIVmhXEQAnSnTkg+dKRN0pgiUfH9ej/pM6AZuS1MyepJbWmleerszudVHVoVd+h2s"
    "618/f5boqRpilLSJw30ERf1p+N/euExzvAxA2V2y4D/S9UzlLp9ZPtC4clNpSitneo/AZ4"
    "uYShGbT051nfuEiTvAOPef0qWMuvGkWkJ5/bZDL16AWvfgjY/vA/pHN/32NV3QnGfxXwpd"
    "tJl6v41F8935KxavddbmTx+bxB0nvZ9cWgSH8ZYtYz0j79EK6K63kJVZaf8RWjsURlbauP"
    "v9CUeQAhzGkGnsNy6s5vZcZuBI1bntAQY2HI1QC+FSz0UtGFyGQhhY1zBwTEK5OpcCATUu"
    "0jUuxaSJKt3ts5pF5Vswxz6vDpBgs4QAOmtHrKZ5eAk6Swigs3YAsGwBIdQOqutVqDI6Al"
    "tl7fpuuFGVMocGi1RTKUNhgl6ZWcghDpFD3J953JzkGns0Xh7ZbIjolQKfr4Tz8phrt1De"
    "/QaX4m4ei7tRxmOWF7GCtYX8NAy3sNYBsQjeeeilHtBTXQTCehornUVLWC/bY2p9xDUstB"
    "ErthET7GD3SdXk4tBgWetqczUPXOxwjtiA9taRKL6atSVjFHBSq4ssz3d2s8q6DhjWS1Zd"
    "LbLyFu1gj/W2sarVMQ2WVq2E5hV7q1rD08nqaiYSLCKNFUObRbQmwVahCZyDmTfbY/jpof"
    "RBKc9zBWRganmEIa0oDqUy93uAgfQOn7mnjwdR/qFlNkoOMCD/MMFcFD8Q1Z00p3fy6w1g"
    "F7I7OikS8EEh5q9ibLbE/Bs8S6UDlGcog5G8y6mi/fu2g7r/We5IaPQ6990P4Goep6tJ8B"
    "qzufxS1nkFNIyRc1hRVEzIt13cn7fN7s9bgftDiCt33koJYoAVOcGZFExzPbJR7/Jn2wig"
    "xnE+il80t2GFM3bxYVDhQd3RpdxZNxWUAbRPoUvYUR2qjn8VDI6/ro5/1h6rKmYeDoWdms"
    "oZonhHIGSYBHkEQoZQLYRqNZFB71Ct3JHueWh0iAlEeSzWtCFEE0S2E8qao9s5o69GuFMx"
    "Dh/m/n3/CendnM+sgjPf9dGpi5YA+B8x8iM3Evj3jQIoQ0x6ug3WD1vcBaqWQwE1ieADnJ"
    "yaqj7ZuadVIIhgKAuu/KjoZ8QZOG+Ot+O4XSjOuovVzkBGsmHmWoOhXOhaaWt5RPsvmxVY"
    "t/yKIYKNNl82rHB4Yw9MOl2UbJtJBzUNE9Q0oK3qcdQ8EswLZQvPiQnbs3LJyRLGwNT7eY"
    "eNft64z8/5bd50EGabIpn++MsZt4aIa+ub6TWotn6CqigYmTlqVQ4M/pqyFicbuZJa98Kg"
    "RstTTwQ2sEPy4qKLgr64aNbQ7L0q8Y9+8Ozb34TPwU/0VTHjVRSf4XWdyPq35bnhDI8w6r"
    "Xx+T2+qOZsP93dXEMR2qGK0KBu5QhKGuiPVBVxGQrFZ5rKN2QxY7Uy0gIJ0tVUuuuA2W9q"
    "Y0FLUJCvpvINcRR5ynXgFTDIWFMZQ+XoEQgZKkf1qTuAytHxK0dHzIVTAZ3UE+Hs1UVLFv"
    "wRv0AK/EhT4I+uLxUeza+HqH+XXlxIqoxKL3YIjpTGQdegMA1acRr0yn3AocA8b2O/wADt"
    "irSvXXpjoa2UdiljIMzfJczPjD7ZJ2QZYxzLI4y8CVZYNkVbQCAx2ykxS3+qfHF/CaTkYO"
    "tG82EK76geV6l9rOKA/1kVPurG/Jh1j2i1kq44KGOMe0ROOFj4CIsfoZpDJ+9mTmkGx0OU"
    "f1UhV8CQL9RUxjA26jjkDHnhIxDyjgSr2JH3W6s4yA0r+067mDgbFIrDM60SqALBe1WVAD"
    "vcS57+Mgq2/1ClEQmrdUFIz2PIl5mZDDoPYyhtvobSCIGS78/r12IhQ5mtPte6cJup4f7k"
    "0gu/lhabl+ruzG/1qdVjItwjfrFZ9LznMDjK+q90FXMYH3MMHCXrp9R9ayiB2r+7aC+Fsj"
    "Mv0MVQFHWkRVHPSCqcnV1uYM3Ouw6x1neNkdZ3tf5QKDaDYrOZ0ush/yGmTx4ZhssY4zIx"
    "A+uGLQ5DSpVkKUgVZdw0ptOzTqM+zlpGfZzVsl3MxnFXoXyfPofr1amvm/qYulUfhY/yaf"
    "MSxjh1MkpiF8auTDh2hWAH028ps6NLEAMIh0qFGSlxjRNfMJfAZOlC7voIhAw9zfok7qCn"
    "ee49zfvckzCwX85MtQb28wQPxPWPNK4P874naOgK493Oc6kqaavfaolKi+EGxqhH6fSCU4"
    "qswU8pwn/usMOsboU+rjrWJIqPoZlLO+rH7OZyQ6p3cWoKIs8LnoWDFYLAw6ghS9CwAt/o"
    "T5cYi/v9KxN3+t/cfK64p1cf+aDpr1+uPtx+d5qIg17kRg37HFK542bKcxOj2UvvYJ+0OO"
    "sGdImOYpxQ74s8qD1Ha1AoKld9iiY5LpsNUZDZ91WUcdma4f0gyD1OmHv0guBRUGzbqE72"
    "109njf8wrhIZzNuh62J/pZqg4NCQodA1QwFJRrOlC8OxTZcxJJKPQMj5cVSyiaMqDmKOyt"
    "4SHFGvY04/2951echm9d8XC81MDl3z+lVN0KFtFE5Hn/p09Eptfv+m0dlaZPWGUb5vAbpq"
    "J++qTcgSFt7kNLYW3SQSS64atODmd05N+fF2Sd/5JxTi6PL0XljNhTiZtGoSaKS/AJhkQw"
    "0Ws4OE4bgJwyAmoqKx5gk8ewDEl/m9ugnoRbLZpwrIgPxIdce+6dIp9Ka5UehNrU8o4Ytg"
    "JGzxbE5BcTADiJ46EeWGlD+PMqhSOFNGQsGMRMEMwTsPOSLKG1V0GQJKulZpB32G5seWYV"
    "ruccgZEkVHIOR0OodcUKPAQDUd5IdmLQaYVaxZhg6ySONkkWDA6ygDXul3sK5//fz5hH+o"
    "DsKtuZwWJoROPeNfkOvd4y318JOvw+euKm8vWhJYW3qhHWVXjpLF2k8Vz2ddVmYGIhJBSk"
    "ufx92iJaUFs01h+OaUJA88fjNRNRLs5tcDs68x25Q8bM7CNGYP58nu1CkYVvD2ID1cs4oy"
    "IPM1wTRCCCweQWARziDSJ6gCZxB1ckobzyB6f3n3/vKnDwfySrMjiu7Sx3vdLa2+v2jxS/"
    "PZSKmlMIpjWjqYiWoUN1kEXFFtlMSixRXdy6smg+YoeAlikroersJy5lPNpjIzxxgb4lGD"
    "5ZnyIVMwXMEYlNSBCh+w3WfRParn7TN1VhqOMNbKf4LTRoc4bXTvRQlUTX9qu3fkaqZiBm"
    "jIPax/epcZqZeOE8S+qOmPv2LR4qPuTV6UXgxTt4/UHT3I1FbNdMOoQ1uXyGMaVWWsYg0K"
    "tp6qrUd9opUbKc225JAgA1UZxCFjQ0UGPBJkoCqDXKUoBRaqYOgo0TSusIxf6K+0pdvOed"
    "yE8c9gh/1pYqDDlz/tUBxilX7eGtCAgPPU5SQZh0rqrIIFbaapNvMxXoUqRgMHBJtB2Xam"
    "vqMXPNjU7QvlhmbXkaDi5CvmMhKfkfco5aVzOAOoH/tRXqZMMfdWXwGeLJo+WXJZremP7C"
    "ft0gogbc2lvcJehPqJu7wEyFtTeUP58xEIWacB3EeSTKol8GWyoR0y0jc+vg/oH0Pno/WS"
    "12jp6D4p5g9/pn02t+LG3Mrbi5bkMs4utMlYjbnLrBX+jzig3wUqn7XRDouWVPNSOAyhJR"
    "6dXW9En92oOeb0NpCgdg8Abl/jlvFgb13Po18q2oimm7coEAEY6gWVA5FNzbotlf0HaNad"
    "c88owUjRYyohwV3SyV3qZa8P3V33BZHHeCewLavvtxmXeenrNrkU6haP1JiEiS5jjcR4Ql"
    "4seMi2be09BIwbZeOGBLG/Yl9LYlOXMRMaOH7g42mMnMG3dmRvKGUEr4SmfMsG54EwlZzf"
    "wGuM1citA4FcEbkKNTAVmDGsTqyZKYHM2nxgf8mLQIQGSahWIu2USvjLMKgDU74P6JOZOn"
    "d2iOnXWcloeAFyulvg3ds3P8xFzcNRYVOUasueb8XBjAslDn/CFdTEH7Imnrhq/YYcEJ6U"
    "ynYKNNWOm5Rz/V0chfY3oXb5RF9tCMFWYXyiwnUi69+W54Yz3Oi9lAyvTxbV1MOnu5troZ"
    "JRbbwpY6GAUqNkERRQHpmQdZqBdCRZrYEKKBunJckVUPaYlTSLAsouk5IGy3LfYicgK0op"
    "ZWx7Us9yV99ftGS5SXIlG0jJLh2lhrJUgZsnR90V9iM3eoGKSn3UxQKS4J0cjLMuHsZZs4"
    "txVvMx8ptBguAyxkSSO9WcnbfUnJ2Las4SVSc3srcCMs9dHmVSr2zYc/p452T8vn3Tgd63"
    "bxrZZW9xyREchsIzkJpjnSWIERRPP/vjxQvQyg4x8rDQDvEReWmKM/NYTgTLl6x1ZV5qpM"
    "3EyCI7exlQEVx9vL68/U0shCtBJOjqt/sPlw1i2KBwI+lEckgIOKsGnNcuCSO6mbGvFq6p"
    "4SFio2vExkO9JM3DQdC6CpqxHyaiqou5UaVWQSaV4w5WY0FFFHhPqoFtDg3ZC03vnkROsf"
    "ignTa3sowyz68cYWSSRhMYDk31YZoi4QTAacmv5W/gBMChTgAsDqY/8OEVc2W2ZVxIwe1B"
    "GkCvg8hduw7KfjmfGau8vWhJjPmlC6H580jzXlAmPapNtwxWL0pRVQ4IIVXFkGpIn2ooik"
    "W2RMvB9GWQEft86oRC+dkimY8UQM3zHkfJSkbBznVkqN4DDGgN4DR5p/T6aUt6/bSeXp+0"
    "RkTr7Tv8g5KqcPZ9JdgtEMbt3pEGEjnY7RGsraAh16FrtHbt+m64URUzh4aYvKZShlixXu"
    "FKCKzN/1jYnzFefY2XXnNojb9i0RJdW9Nr7V1x8diF5x7yH2JWAwcF59oojEVL4G0vLwmT"
    "t4wxIiwx6oiqHYoEVXRtDfORqHZunsxOHfDBEZKat5ZfbwTZ3Dbu4ry9a/bd3tVdt+BZZk"
    "ZMfrlJ5t2ANUtrNhdDhs4CYcy0qcHo3GciutsRe4gxbE5cp5JYleo+Pg+HWI6+Xj52HlXF"
    "XAWDkHUVsi6D4iFQB4E6Q/xuCNQZHai7Wa+TABgfnktfX7QE5QJ2xdiRuHycCATitFEIi5"
    "ZAXL7Nw8dYJoDBwQyMY4xSo+KGNr3r3CfRsQhB4GHUNG+ujOOr4ShwLLbz+2Hiaribm88V"
    "C+fqIx+D+/XL1Yfb704T7ulFbtTgLM6hwPNk5TLFjFMVNsfylSf6WBE2SLWe9VGApjPwTg"
    "1Q5hV1EpOHbOPIqZMCN6E62b8yW32SnkeqHJMogyEmoavXGtI7w1bSaTwSYryKvYiMxz9i"
    "1DA3q53/Ms6gSSDDnQ3ASFKe7S1CG8TyITa60sOkhITwp6YPEvqr1i7Z0ke+gi4Tgw261Q"
    "ZTaAVTylqtcQmD+J767II9pWrGMgcHJaepksOEBET6KJwqyrgeluHnQqaEKUyHrAENIHvq"
    "+j6Cn1x2nJDsEKAyysA+uG5dhi1NhvUuLcpYXi7euUCthDHG4R7OOMoyNew0GslTgQVQ8z"
    "bx8Joaih4OXSGo0VkkRykAGCWmT8kPjBLrVO4Do8QOOkpMoL77c9vjSKKZcCt9KNFURWqf"
    "guVJvUSNvbpoKVD7FixhFNuRFqLBEUQjuiQe8mVbbU1tsx3+fKfg2ceCdEMzu3uAgfSenn"
    "XpY6ZXNUeFzmq9zIg8yJ/RWwH1OqFXN8Z7RT8VjujNnqmPWOoIsyrKvMDRKAXC8ifF9Twn"
    "TmuKR1EmO2p2EiHJd1vkeS3RoQI3XXjiYuQ48/nZj2/3dh77T5tld/fl8vPnmRZZPyM3D2"
    "LPscSanTcvkRTJLzemsnqwfIgb2pQcGz3QTxD4e6+UTVegUDktUTmNoghvd1KbuAyBxF4t"
    "sUdQuBFNn2hOMBUIoLM2GSWWyzrHkHBuJFKxoT+Gs+R0L/Z6cJ+wHe/UBFwFg5B1FTK1gE"
    "Js413gSJ7DygGhdrZHBYODw1Dy7IAqyrxwwFhFlWu0dT25oAuHM6CkcmwHFsqEoUzY/DJh"
    "diiDdKaCg/XKVWimwKdOVTgEM24UW04qYLBPdbVPHQ+56n1FFTB0FWkqYzjI4xikfMBSec"
    "0EelSF2kfLvT512pqJoHeZNv0C1vWvnz8fvEx7psS2VGkX1DaXEheUfwuWdp64E41Gz+A/"
    "/3KLvf05MkLOPwXLy3Sh+ZraNd7/GrfoOidMWHtdYrOtBNsu511fLcU+ufGxRYJnCyNnYz"
    "FrygqDLY42lB3rGfuR9UwC9k832ljIoutTIjYUghH1d0NriemVK8uNQstDYWQlcYiFFXj0"
    "YyJr7ZIw+v6Eo3yqz4Rico2fpQuruZicxIIATFsuV9mU0U3vDJ3NDeLICbZSMdsSxMQC55"
    "Ei43NKQsye7LmkIWafWptXIkKTgM0gJ5LRn6kYPCtDIQiua+iMGeqyRmaBMcnWOWzc5lva"
    "09ovvJA1xs6M/66xhWLbadSh/JnVKp3U/eT09UWLi5xUOR2wT/nQ/YaH9S/HahBqdiahGG"
    "sii1G+4LBfqaFu+vQwOSDk/BG7RNVY5NBgL+pkL9bMloM8ab+mmlDwrM3faXvaZnr0kA9c"
    "OcXfQ+Hr/KgdSt+3nQm/FKXq2qZUZAAjIgRcd/kPXYZr0quau8t/qI3XpF4IUa6Oq4JB0e"
    "uk6MtC3mAqpyVGiucK8HAQtK6Cxn/uqOUVKgb5KmAQsk5C1sNsu6Wy/uxu3egumdZQt964"
    "C9qMOLZvbI9dayezH0Y5hHQf5gh2bKOyNeAQUo1czmbL79ARLa0sv1GG3hS3hAzLZZCBTA"
    "8fwkqUm3T/TxUFo8r6jCrbrdT7f6pgsInAJuJtojtng1exh1fi+baVt9vsoTC/0IaRt8dr"
    "9iR/SzyP8+sNfBSfdgp3nbaEu07r4a4tIo842nnIkaKZg5mXuht+BG6uz2RoLmNgR3fb0c"
    "zu+FcgN8u5jJmwp59aWyczteLd0MY++/Gip+MrAwJLwAnHA+bPztlOB8wMLnspVQFdRU24"
    "udduqrfG391dYgHNkYBaHIC1u9jKE9o4NLRVa+QglaXs4z97SJlDg5Q1lXJyNybV8nUhN5"
    "fXV1Ew5Ee6sh5GzBzBvQVxxCMQMky/ONGliwKmX/SafnHYVoq7Z4x3J4JwePL6oi0Ozq6A"
    "+DfEvw8Q/zawtrakT5/xTrEAsAwF20Un20WPHOjlzr0PHrEvUPj7t9p0Ptq5VFfTq0Dvg9"
    "4/9rznKGX+JJDLxOXXG8jvCAdxEbx2/5Sht0AAwR0ITp4N9gaFgl7QlixnBQUW4qsWIoQx"
    "DbUS9W0R0TPqMncZJwmdOFS9lXk4yFlTORP8RJ9xilKugkHGmsoYMhInkJHQQQQzz0hcxi"
    "s3+uBH5OVEEKUq3ly0xanYZTam17m6DZ+AUNVUoSoqblF5TbMfugcY6OuPEqyihEm2JRYI"
    "AzkeIRUUL79hR2A0tpTmFxADKR5lG69whFxPuvWTg8HRb3D02+GlAQ6S5rcWOEgHF0FvB6"
    "nLqTpjekiYuM7mROAdpW8s2jyj4hJtXKJj8Yd6HuzR7Ok8YRJKGuIliIlm4sVFFzPx4qLZ"
    "TGTvcd7Obifl6qSXG8juKO2x9BMj7AvsP2YvNhh+BeRYBq8wMgaxvg9aj/bX/wehU8qD"
)
