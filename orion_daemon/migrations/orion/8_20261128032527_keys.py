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
    CONSTRAINT "keys_owner" CHECK ((state = 'free') = (unit_id IS NULL) OR state IN ('bad', 'awaited'))
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
CREATE INDEX keys_purchase ON keys (purchase_id) WHERE purchase_id IS NOT NULL;
CREATE INDEX keys_of_unit ON keys (unit_id) WHERE unit_id IS NOT NULL;
CREATE INDEX key_units_purchase ON key_units (purchase_id) WHERE purchase_id IS NOT NULL;
CREATE INDEX key_units_lacking ON key_units (order_item_id) WHERE key_id IS NULL AND state NOT IN ('delivered', 'cancelled');
CREATE UNIQUE INDEX key_units_one_key ON key_units (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX key_units_unsettled ON key_units (state, id) WHERE state NOT IN ('delivered', 'cancelled');
CREATE INDEX key_purchases_open ON key_purchases (channel_id, id) WHERE state IN ('intended', 'sent', 'unknown');
CREATE INDEX key_purchases_item ON key_purchases (order_item_id, id);
CREATE INDEX key_deliveries_order ON key_deliveries (order_id, id);
CREATE INDEX product_sources_supplied ON product_sources (channel_id, supplier_product_id) WHERE channel_id IS NOT NULL;
CREATE INDEX product_markups_due ON product_markups (priced_at, id);
ALTER TABLE "channels" ADD "is_supplier" {NO};
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
ALTER TABLE "channels" DROP COLUMN "is_supplier";
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
    "PwIpIgSBPgRSC0XnKR8MHSt6DFdcf/ngTEDfzv32+Q72Pv5G/W/574aIvpf3DvLKwTtNvt"
    "X2f/H6Gll6x00jVhsmgZRgQ5EX19jbwQ05dWOHSIu4sY7G+WH3seezFw6ELXfyhein33jx"
    "jbUfCAow0m9I3ffz8Jo4BgtvEWkUcc7Tzk4JN//pO+4Por/CcO2TL2v7tHe+1ib1X5Du6K"
    "QZPX7ehll7x25T589KOfk7XsgyxtJ/DirV+s371Em8DfA1w/Yq8+YB8TFGH2FyISs2/GPn"
    "hGQv5l0y9RLEk/ZQmzwmsUe1GJiaVdvHZi29c39/bdh3vbPpHgzgl8xjv9qGFCwAP7CP/3"
    "P8/Ozs9/PPvh/O27izc//njx7od3dG3yeetv/fhX+mEKttKtEs4+/v3j9T37QAEVbip19s"
    "JfCQZFKEUlwijYL4usJgZ6sIhYCByMkwb9mrw0cu7bxJG/UMijOJ5TCGSL/rQ97D9EG/q/"
    "52ctXP/X5e37f1zefnd+9n+qhF9n75wlbzHqSwc9tMN4t/NcTAQnPgg8jPyGI19FcmwvKX"
    "QsuvevjMB321m+ufmcKJQw/MNLDzd3sq9//XL14fa704R/usiNKge+wjpVde6T4Hi/xnmB"
    "m5DxXAXNlnDkecFzaG/jCLEPGEryLoLDgZfgf4t89IBX9vJFTqGXUQbq83cd1Pm7Rm3+jl"
    "fm2F/tgszq6MpxGTMdwycnk/B78cMPHRimqxo5Tt6rshziKKIfIbS/hak9W6X6E31VTHUN"
    "yPG9cp3I+rfluWHNbpzByW4h+v7Df99XFEnO73dfLv+bp/7955urhJwgjB5IssvJp7ub6y"
    "teDFQXS5mHe8CEx5xgtHqZ5qyfvu1w1E/fNp509paAYZt+BeE5v8d/NjhDPM4AtdLrcG9f"
    "snc+31z/PV/On/gq9QFZYWI7MQkDgV3eTD2PA+rVqA/tXeB51PRAgofpr/fvf6LsRe4Wt0"
    "iB24LX9dkG3+f/0UEumRU+R4X/0+X9h/uPXz6cVYSSv/odr5XYi3f3l1++Wv/v4/0/LPa/"
    "1v/cXH/gnwv7dff/c8I+DoqjwPaDZxutynTkL+cvieRNMP16jttX5rVtQO56y33tkjAa4t"
    "cu2Ahkr6nsXf8J+1FAXuxdHG5UBd+wC0hdU6k/0jd8ex2QrYzbUEUpGVSaiXNsv8FDVBFi"
    "QuRM1yoKDFdpw7UgUE2d1fCgyDRVZA71rSPVp1YVPICM5xyI0ljI8W6lLuQqGISsq5CTKg"
    "VbttqgjHq95mAG0pyu7IBVfKwfhVUH+4qRqiB+pq+6D/4v+CURxkf6wZEvrDBIC1/u8m1m"
    "JoO/8lOWv1o8vgl63tfIVA4f/fIr7OE063dLfw23H99TlhnJS+Q8PiOyshvYLhVr2PSRtK"
    "KelEu/rigzm+308y+32Evyr43cfyk2fb/f0yBZVJ3Y7S4gkf0tWPZk7WOy0adgaSxTe0c9"
    "fPEd2wse+jKWb3hH9/scPJhKXBra6sfVDdvDaILsjRsmp4vE/hBk/SPd7jb2TaXtEbOYGX"
    "E2KMQ9GaPP5a/ZTqaytSPBKnYiOwzoF+3L19d0s7tkr9l68O2EsSQMtTwob/Q7bHsSdpts"
    "9jXdy9Qj5geRu3adtLqtH1/Xpa1MpWuNqW+9i5feMJT9TLf7WuxmKmvBet3fmmB7mEpQf1"
    "O+mxE/F53O/MjgLCj5jxXPsvpWKTyKIvSKjX/j4/uA/uNVQt+nexlEaotjRBev3WF4q3hI"
    "75N9DeUwb4KwkeMEMUUOQd9dtulluqdB1LFf8PZsy/2ms0rvbDsGbgvo1LvNGgM/jb1nDf"
    "GnBDNwK5pTtMI9UnFAF5o+4eCF1dyFlsiqxn9LoUC23sA+heH7zkJMf3TUpcXIw8JT7iPy"
    "0lRGz0H5TpyXCIczpLztAGc18fuUFmX26uP15e1v4oKBK0EN/dVv9x8uOSms6efBZEcke0"
    "Y4mIEHfqRiehmSD9GuEPvOBjuPOP80s2M5+/iKlREVMFS/aJozx3/uXLqdmoyrYJCxpjKm"
    "zpJPf4kr9CLwphrtXw6lVBqhmTwzU/js9M2Pb96dv32zt4D3r7QZvvVGXCgdO4JfD5SOHY"
    "GQs6iCdPFYFQflY0OVj5WiPP0KyEqTk2Ymh64lZNUjWCkie3959/7ypw9tNWRSWQG5cGNa"
    "u1cPL+5r+hrDiUlV3AjRQwgV6vLTX7SECp1gJeXb5+uHce0PK4CKR//2TQeP/u2bRo+evV"
    "U1WJN/S1CbrzcwKHXWaZrJWcs0k7P6NBMnJgT7jtRcnjLGQJ7PuwS7m2PdNYZZBo/IEVxA"
    "DOS3SzKhOZdQSyUwN+RfgS+lJcoYAxkeXg1nH9j2kP8QU9tJhmwR1kDSBx7mlbMlP2eqjo"
    "RBUz0GTcGwRhgWaKB+gUjwEQQJIRJsqJBrgcguPZf5vPV+NcbmxSehrbJPX9IwDUmGk2Rv"
    "UeRsBmre+sL2MpWwoiad/ou4fSnbF6J/yCMqZpO2DZ7wFreXocvQ9iXbz1TmnDiMgm3vvq"
    "T32Tam0gSd4K+3NPfvZDaVnC1yPTvC2x2loK9C/0L3us+2MpUvaGCG3lLoLZ2uhY9a5quY"
    "ze3tz9Jdvpe5dKGda0fBI+7b9n65c+/ZNqbSFK/caBgn5pJt1dWBmQtXI9Zx5V3bgmsJi3"
    "7u5msJs/7xZBFUcx1dNRdcPzhZGygkoQzNT2hSqc4/C49Euyllh8oTEYYJ7ZemMhge5WcD"
    "oQYYAmUSPXXzrkOvRD4gZehOCa30wABtEg2zdvvYzIIfa+ucldIvutOQlVylDG9V/55b7M"
    "mjr/4nGYEwc0Wbh1NH07ssPTUrnNvBQIP87OKiSy31xUVzNTV7r2qT56wlREkwz+MmnFux"
    "27yErpNOfJrj2IqHyBVU+DZTna838DaiLpXrp82V66e1yvXtTorabLl5zI6iK5YEyQ3J2g"
    "OA4E4EuxHe2g8kiHeSz8EaEAjvRPhB+uG0pnngdrgdcalptnV90fVwbZY2BzRousskRncp"
    "3Yk8ZhsrikGEBln0ksWaBFu1EDgPh4FWmsbAE0HFfuR6PQRdxoOkNZV0RJ+dRHLWYxljng"
    "ExvL+MnpBLv7rruZGUocbjzON6+M7vP2JE1Y6I50YToQwxyDQYbghf4K/cPBnUfSZECQQH"
    "9/WD67n+Y53glguos/UmcNurR17h7ml3ix6wLct4FQW8y/NO7ZJEJyDPLsiUnxjxyja9xk"
    "eYJCGF6REPQfDgFakohxL1EIimATX/TFq2gN+M/G+mnKeydyjayMhCCAYpKGiuiH6eZRwp"
    "zLcRQEFD9Ztvk/pFnsqImzIUptx0n3IT+3vqFMdz1DaAmJCmMSEocz4CIcOsnSMQclZpKF"
    "/LXsHB1PV+5ew1edSFIT11vfNFn7rJoXM5ceUIdikn7t4oYNO/7IfeEJch10uM74u9DRLP"
    "QUcp6WnmTdoj2n7OupS+c+dSpgq+8ntJwANXxAv+Jvsz+xG8UA+vzdNtYTXXw6uMW4Yxyz"
    "JjUCM3EoU9miOAewBE/eSjfuWPKcE5BwPm5ZkH7/QIvNOu7VNtD/DODVTgtbY/11u81gbr"
    "rJ8Ha3S39YJzZptPqUbXiSUt3XVPIu/0bnQYkm7yMbyCUrQEPAH9NAZ4Aof0BMIgJqKJP8"
    "1maYGYsNf1RAMTaAiDFEdIELZtJjtfD1RLU+2hMLK3wcqlf1GgxFtKInkgkC9N/tr1sL1B"
    "oaDMqFlzV0AGkD52rS/9cxE9xTIUlyDGEXza6abI05abIk/rN0W6IWVvu0tM67oh+EqZUB"
    "k5YZXQ/pXZlgllo6CTGyHrtDca3zxsOt/9h3HN8MGaMLJ7XqS9mjLMoOaWifteUxpV45Ec"
    "GureNI1HQrWMXnFHqJYZolqmQ1CxOhmSvuE/YLIjbu97eVjs8OfSbgZJYMxijxpt4qgsz2"
    "xrhLYi1TGitessTlyYHBCr1UbLLlpitQczLXX7qR/Gtkx9H5GedX1EXtocplDkn75EeMZ6"
    "Vshj1hq0tyGp33/18fry9jdxpOtK0Ep09dv9h0s+1sXUouyxL4Hg0A9l6eXPjn5mnmEzqX"
    "kbr3TyNMoap/fGstnWyUHi7ZTK2202SvY4cZKV3QwUNn/bytLpVrRBkYWsFXmxSOxbz0Hs"
    "rax0t++t/0JejEMLEUzXBSG2gjX9D2ylXzHFrlx2odbCWr5Y6a/dYt/k+xNOhpP9UbiQRW"
    "Nd1mZPwVRoqej/OHMx9wqnc4JljzCQ4+FnWi3xmj6dpZvhORg0wqs3wqN1hIn8NIIKCvjv"
    "MYggNVi+BUtV17mAgicxlCdRUNvfn0ht1243Y+omjK5ORe0oaudaMP6b/IpMNq85Feye1O"
    "FDnmCN66IP2qxxqESFSlSdLQ/VGj3ZUWAVkAElZFAYefC6veELI6HKGqqsj4H8ORanzn6E"
    "HaVuRV5sEgsCJq9xXgJCPbAc5/Tvrl2yFSmZ1096CQq8S/BOPWLPxaF0ZKqKg4Jh1aKOJQ"
    "qxNPklEDCvynwYSd5msgcY4YtyubUuFvpZs4V+VrPQN2wfJ1hJUVwBGWAuju0GJXwRjIS5"
    "nWbLnIMZQPTkXb6EBET6eFdRBtA+upufELbFYSgMzLb4+zzQALKnPuNJgagdBVF6AbWEeV"
    "IFgomibBwmRK4CX+T8vyqAHGdMj+TE7O+CsOE2q9brXEsoYF6NeWcT+482CZ4Fxe7NzXUV"
    "kDHUD9YYLEknENl4zV16cYHM0SwQQGftwpB0CKMEnSUE0Fm/fyUtUJUitIwBSuuNV9+wI3"
    "dEyxAgtBZ6e3R3Oyk+Swigk6dz5YaIsoOIFKUcCmjlaX1GxKd/T8ZoKkOA0JpDRQL6Lbcy"
    "hJYhQGjth4+j5CkjXdxfA0J9v3p9P8H0a4eMzaXUre08zoAQJZdU6jSu7axlXNtZfVzbCj"
    "vuSprrKgqY7sI03O53BKOswgipzyurgmFcmaYyXru+G25UhcyhQcqaSpmFcHzsyQ+lq+Cg"
    "wbBHQRHrWJalv4wC8ofq7kxYrQtCtrHzLt9mZjLo2tRZPnwNN2cKVEx/Xt8XGxnKbFWr9r"
    "iVtDrupt+URX7GjiHci7rt88DREIR9TfcyibHRm7FzzpoaskucvtaUXY4BQmP2ETZmu6L6"
    "p0by8+UmGVODRYzXOWXdG1OzVw0seh/lOommauy2OPD0hdiTcTx8TbBCNfBB6oA1iVgMUQ"
    "n8xAYUyhC+BxgQaZ+a7BA/YeJGUumNMsaIEz7qHBIYyKVjyAYGcpkzkCu/qLfu/ZWu8G30"
    "+7JJpqNcPrAPDIaPMdw7oI9iWLQ4gExUMg/DdLmBz8FRJuC6oU1/X+6TwoCRAgfjRbqPXH"
    "iIXCn/MF+vdKA1y7VyDngX5/C02Tk8rTuHOylqs+XmMTuKplgS5EsFj/YAILgTwfkI94Qn"
    "CZ55nHl0Dz+X3IkJwb4j5WaXMeZxfN6B4vNGhs/rh9l1sL11/YDIGc8cENrHlQtSEJvkqS"
    "oGERpk0UsWaxJsFSstOThU4WlahZcIKvYj1+sh6DIeJK2ppCP67CSSI8TKGPMMiBGMtMBf"
    "NczgaLHSyiDzWB4+o+q5/qNMdi9fbwK3U2f33C16wLYs41UU8C7PO1XsiU5Anl2QGcrfit"
    "S+DbRRqrdRPgTBg1dcY+dQoh4CIvDPm38mLVvAb0b+N1MOK0lfIyEEgxTkpZB9AVvlfhoR"
    "1gQZjHtNDVrj6MUOo8ARPKRb4iVVmEGxkqFHZ0FLscmOcTaeS03IVTAIWVchd727uC3C3P"
    "n24jnrTmhCNZt8aEKduAlVoDX6c/yl2LRUoTgvhdOV72a126NNNd9oiyJn07dPNRPBF7aX"
    "OXIQ+9YE+WFKxzCk3RcbGqQzqjFU/wn7VGm82PRfxO3dFZ1v94Hu9mI+advgCW/pfw9F25"
    "dsP1OZC8gKE9uNeneT37CNPkadOsnnqNOoe4HJ0xC67LbYydRT9YhfepJEjRtTycmfjun9"
    "z8M8GO/2d0mbyFiwXmPSVz+xPUwiSKrDSWTLksd410bqjY/vA/qP7hYt29Eg9a/UFpba9Y"
    "29YXuz/7UGsdzZSNa+1id2culbwY5xHpD/CC1CTZbtEhO8sqi9/IzJ36znDYosZGWTe+ia"
    "2H/0g2ffuvvlVysg1t/vP15bW0yXW2v6v9HGDa3Ed/3+hCNx7L/V3tlW8u/Y/9IHDTS66R"
    "MvWljNjW6c5Dp3sVRhBja+nZ91qU0/ay5OP+OTfI9YqvI/W24itZ2GoJy3DEE5rw9BSdWc"
    "9JRmDmYg2zCoGRJuagk31SQbJNYgsTZL8iGxNlpibT8cRKBg+tNqfAKtJWmmxdiVcgqo0c"
    "vm8kSv+trlRFUnh7uZdqH7Wjp++2pFcFu10caLFrdVpTK1d0Wqbkp51JLUyI08qQF8e4AJ"
    "1b7TV1wXH1OCcw4GzMszD6Wj4MmO6cnqJlEtvKkDGP66yWH2lj9XwySYul8rcmoeu8+XV4"
    "1t7gdO6oaAua+Numg193N5yZj7JcyEM6G3KB2dN8eufErRRjhvrfGYlxBwV279EndWUobl"
    "LnEvIEAoTyjY6mCrg60OaSfDyIe008T9XOB+DuF+dunWmsL/3DeDtLig5YaRDl7ovl9leD"
    "8UHE5d1O7CCIdzsvzSaO4mUykRknc6Cxx4Sk2upzS3dSCQWxspg+JQKvO8BxioFoafwEkf"
    "taLB0S01vDnAgKvfJqjd9QPRBNnmJHO+3gB2p04uQ5n0EQSsimZt6aBJDQrF0qpRKwgbQt"
    "jwuMiHsCGEDXVltlPYUPwQ7U+vgUNPeH5rhoOWkdm7F995H/hr9+GkJTZbWrXoFJ0NKYBR"
    "RBEQoD3SAK0b2thn/Iik8ModoiUgXCLa/RLRQw6pNjqeGMSRHaxThuxoQ13TTeBJVWE1bg"
    "Bk104xe3j8C5Og6SC3ag8BGlRIdxUCBVxHEA/LJgxJhwKquGE015FYSrVQgIzdX5NcXWz5"
    "0LFu/tf7YptZyaur81U9qB1aMgZzpj4Hr3pSbMmiuxvlBeBDmawZFi0+1KMrd7d6vt7ALP"
    "bw076ojpS7qHMPMJDe4YsE0uGjMj7SHgA+Uc0nyioju3r02XIgslYZxIKSZCvV8lPBAKU8"
    "pWvkCoN8jXwWACCzliRnhWgyZBYAIJMnExMiqlNrLqTaA6CSSrqSilpHRDlyVAVD5EjXyN"
    "Ha9d1woyplDj2AmPVMDs9dyjrFBw/tJelQLNQY9ZOtu+gR99PjlzV85G+qkoui5KUeHqyU"
    "wzTGBUtXDg0fD/w93Z5t7Lk+tuGCAK2Uw6IlSLiXV00GLZ1wJYyB0ayzi4suXRkXF81dGe"
    "y9qoGbXCxiS0cNOZiBbA8fO0zrJBQCtBUYUN2F6sdYiuJ0uQlzLCdQGQ+RK9WgnK83j97h"
    "e5Nh/O2U0Z0/YuRTAgVGRqOVV4aY5AsONyzLdyN7R1wH21vXF0Uq24xoERqa01R7o6IgQp"
    "6KGDggSEBZAvRxQSQNvjLGBK0+trEH2c8RRk34DvbkEqAVDFBaK3bYuLudFKElBNBZnzQT"
    "xcSX4rMMAUJraWVEPBcL7IRGPksIoFNkBof2t1A0y+sTfbXZ/C1QfCrRdSLr35bnhjM0v3"
    "q5drwXt6hmBz/d3Vzzrl2WV1AbjAGZvtkOxdDs2GuRad0nwfrlWW/ybWb2G5BsbodLBA8x"
    "lKE5fV3KyNYHpQpKsa+yXX7+5RZ7TZMxW+a0miEEzlhm0xXTGw37MXZb7GSQJqg5auwspE"
    "UJ/ei6y/bqOBVklnw94hd7FxNng0Lcky6qM79mO5nMVmLl92bqV7qLSSyNWKZU1lr1QiVO"
    "pzWWKpW1aLJwjFql/SwiuCtKPxubYWB09wHT45CwHT5StcLMOpeKpJYhEPqrh6Y9jOT6nc"
    "oQILSWjYJxxua3Z2DKnqKIy1Bov9FUvgcfV63b7/boQvPHK4DXYvMHGECrmzAkg/SvTqCF"
    "AcqG3bv2Pg6jYJvESvgAzv6tRUv0xskWwdipIw3QbBF5xNHOQ45kp1MFZmCYZvghVO4KJz"
    "EXO/l+okPvI/LSdOh5LD/p9CXC4QxJbzvQWVHL3o6n3F59vL68/U3c3XAlKIK5+u3+wyVv"
    "7FF1F/jIs0OMxCOrWwQhACtKYj4O1ViCgAjGEXi4MGX4CIRMKQ+V41RlLASqNJUwXCilT3"
    "QELpTq5LV3uFCqS31dElvpWZjStUhUT901aVVKSlXD4JzWWEYqqOEDGb+XhzLlQ4f2ZbFQ"
    "iKKNylxAnEOHOEftJyLBtwhrIOmjTCBJOfPj7VLU19DMOY8DvrvxzYYPxQK7oH2qfCwae2"
    "4Ex13q2s6a69rOanVtuTKQJ7qONJDw00730Z+23Ed/Wr+P3okJwb4jNWGujDGQ5/MuD8jm"
    "5yPPMJvHF6qMH+GA4E8rl3uE8VJ5CEwdCx2ZynJgsxzox1KSQw0LclCVA5utozIPqQwD9l"
    "XZX7mhE8R+pCKCOhbkoPwrgLlgB5YAwes4qVpWEEIdC3JQLoeFCgk9KiRYK5xo8ml785w5"
    "o0+rjti7Do7Yu0ZH7J1gQl7EOto3KNzI6RoeCa6YsqpBEWNSskO0AjLg/iYukNYprnPWEt"
    "c5q8d19pTZBCPh/K3macoirAGs9xq+pXJrFrviVyFoXIVNSDz7y3g1zaEfYdo94036Wrgq"
    "Ck659ClPcqWKpWAVLJSCaVoKlidXelV2ijcBmesqcyjVNl/IUKp9BEKGUu1jkHBMsL2Ksb"
    "qYqxuArDWVNVzfeuD4Vd5ALS+BKhCSFcpFBNCZMi350JkyQWeKQMn35/Wo74Ru4LY0JaMn"
    "uaWd5qW3O5NbfWRV2KWfwbr+9fNniZ6qIUZJmzjcR1DUn4b/7Y3LNMfLAJTdJRv+I93PVO"
    "7ymeUDjSs3laa0cqb3CHy2iakUsfnkVNe5T5i4A4xz/yndyqgfnlRLKK/fdujFC1DrGbzx"
    "8X1A/9FNv31NNzTnWfyXQhdtpt5vY9F8d37F4rXO2vzpY5O446T3k0uL4DDesm2sZ+Q9Wg"
    "E99RayMivtP0Jrh8LISht3vz/hCFKAwxgyjf3GhdXcnssMHKk6tz3AwIajEWohXOq5qAWD"
    "y1AIA+saBo5JKFfnUiCgxkW6xqWYNFGlu31Ws6h8C+bY59UBEmyWEEBn7YrVNA8vQWcJAX"
    "TWLgCWLSCE2kF1vQpVRkdgq6xd3w03qlLm0GCRaiplKEzQKzMLOcQhcoj7O4+bk1xjj8bL"
    "I5sNEb1S4POVcF4ec+0Wyrvf4FLczWNxN8p4zPIiVrC2kJ+G4RbWOiAWwTsPvdQDeqqbQF"
    "hPY6WzaAnrZWdMrY+4hoU2YsU2YoId7D6pmlwcGixrXW2u5oGLHe4RG9DeOhLFV7O2ZIwC"
    "Tmp1keX5zm5WWdcBw3rJqqtFVj6iHeyx3jZWtTqmwdKqldC8Ym9Va3g6WV3NRIJFpLFiaL"
    "OI1iTYKjSBczDzZnsMPz2UPijlea6ADEwtjzCkFcWhVOZ+DzCQ3uEz9/TxIMo/tMxGyQEG"
    "5B8mmIviB6K6k+b0Tr7eAHYhu6OTIgEfFGL+KsZmS8y/wbNUukB5hjIYybucKtq/bzuo+5"
    "/ljoRGr3Pf/QCu5nG6mgSvMZvLL2WdV0DDGDmHFUXFhHzbxf152+z+vBW4P4S4cvetlCAG"
    "WJET3EnBNNcjG/Uuf7eNAGoc56P4RXMbVjhjFx8GFR7UHV3K3XVTQRlA+xS6hF3Voer4V8"
    "Hg+Ovq+Gftsapi5uFQ2KmpnCGKdwRChkmQRyBkCNVCqFYTGfQO1cpd6Z6HRoeYQJTHYk0b"
    "QjRBZDuhrDm6nTP6aoQ7FePwYe7f938h/TXnM6vgznd9dOqiJQD+R4z8yI0E/n2jAMoQk5"
    "5ug/XDFr8CVcuhgJpE8AFuTk1Vn+zc0yoQRDCUBVd+VPQz4gycN8fbcdwpFGfdxWpnICPZ"
    "MHOtwVAudK20tTyi/ZfNCqxbfsUQwUabLxtWOLyxByadLkq2zaSDmoYJahrQVvU6ah4J5o"
    "WyhefEhJ1ZueRkCWNg6v28w0E/bzzn5/wxb7oIs02RTH/95YxbQ8S19c30GlRbP0FVFIzM"
    "HLUqBwZ/TVmLk41cSa17YVCj5aknAhvYIXlx0UVBX1w0a2j2XpX4Rz949u1vwufgJ/qqmP"
    "Eqis/wuk5k/dvy3HCGVxj1Ovj8GV9Uc7af7m6uoQjtUEVoULdyBCUN9EuqirgMheIzTeUb"
    "spixWhlpgQTpairddcDsN7WxoCUoyFdT+YY4ijzlOvAKGGSsqYyhcvQIhAyVo/rUHUDl6P"
    "iVoyPmwqmATuqJcPbqoiUL/ohfIAV+pCnwR9eXCo/m6yHq36UXF5Iqo9KLHYIjpXHQNShM"
    "g1acBr1yH3AoMM/b2C8wQLsi7WuX/rDQVkq7lDEQ5u8S5mdGn+wTsowxjuURRt4EKyyboi"
    "0gkJjtlJilX1W+uL8EUnKwdaP5MIV3VI+r1D5WccD/rAofdWN+zLpHtFpJVxyUMcY9Iicc"
    "LHyExY9QzaGTdzOnNIPjIcq/qpArYMgXaipjGBt1HHKGvPARCHlHglXsyPutVRzkhpV9p1"
    "1MnA0KxeGZVglUgeC9qkqAXe4lT38ZBcd/qNKIhNW6IKTnMeTbzEwGnYcxlA5fQ2mEQMn3"
    "5/VrsZGhzFafa124zdRwf3Lpwq+lzealujvzW31q9ZgI94hfbBY97zkMjrL+K93FHMbHHA"
    "NHyfopdd8aSqD27y7aS6HszAt0MRRFHWlR1DOSCmdnyw2s2XnXIdb6rjHS+q7WHwrFZlBs"
    "NlN6PeQ/xPTJI8NwGWNcJmZg3bDFYUipkiwFqaKMm8Z0etZp1MdZy6iPs1q2i9k47iqU79"
    "PncL069XVTH1O36qPwUT5tXsIYp05GSezC2JUJx64Q7GD6KWVOdAliAOFQqTAjJa5x4gvm"
    "EpgsXchdH4GQoadZn8Qd9DTPvad5n3sSBvbLmanWwH6e4IG4/pHG9WHe9wQNXWG823kuVS"
    "Vt9VstUWkx3MAY9SidXnBLkTX4LUX4zx12mNWt0MdVx5pE8TE0c2lH/ZjdXG5I9S5OTUHk"
    "ecGzcLBCEHgYNWQJGnbgG/3pFmNxv39l4k7/m5vPFff06iMfNP31y9WH2+9OE3HQRW7UcM"
    "4hlTtupjw3MZq99A72SYuzbkCX6CjGCfW+yIPac7QGhaJy1adokuOy2RAFmXNfRRmXrRne"
    "D4Lc44S5Ry8IHgXFto3qZL9+Omv8h3GVyGDeDt0X+yvVBAWHhgyFrhkKSDKaLV0Yjm26jC"
    "GRfARCzq+jkk0cVXEQc1T2luCKeh1z+tnxrstDNqv/vthoZnLomtevaoIObaNwO/rUt6NX"
    "avP7N43O1iKrN4zyfQvQVTt5V21ClrDwJqextegmkViyatCCm985NeXH2yV9559QiKPL03"
    "thNRfiZNKqSaCR/gJgkg01WMwOEobjJgyDmIiKxpon8OwBEF/mz+omoItks08VkAH5keqJ"
    "fdOlU+hNc6PQm1qfUMIXwUjY4tmcguJgBhA9dSLKDSl/HmVQpXCmjISCGYmCGYJ3HnJElD"
    "eq6DIElHSt0g76DM2PLcO03OOQMySKjkDI6XQOuaBGgYFqOsgPzVoMMKtYswwdZJHGySLB"
    "gNdRBrzSz2Bd//r58wn/UB2EW3M5LUwInXrGvyDXu8db6uEnH4fPXVXeXrQksLZ0oR1lK0"
    "fJYu2niuezLiszAxGJIKWlz+Nu0ZLSgtmmMHxzSpIHHr+ZqBoJdvP1wOxrzDYlD5uzMI3Z"
    "w3myO3UKhhW8PUgP16yiDMh8TTCNEAKLRxBYhDuI9AmqwB1EnZzSxjuI3l/evb/86cOBvN"
    "LsiqK79PFed0ur7y9a/NJ8NlJqKYzimJYuZqIaxU02AVdUGyWxaHFF9/KqyaA5Cl6CmKSu"
    "h6uwnPlUs6nMzDHGhnjUYHmmfMgUDFcwBiV1oMIHbPdZdI/q+fOZOisNVxhr5T/BbaND3D"
    "a696IEqqY/td07cjVTMQM05B7WP73LjNRLxwliX9T0x69YtPioe5MXpYth6vaRuqMHmdqq"
    "mW4YdWjrEnlMo6qMVaxBwdZTtfWoT7RyI6XZlhwSZKAqgzhkbKjIgEeCDFRlkKsUpcBCFQ"
    "wdJZrGFZbxC/2WtnTbOY+bMP4Z7LA/TQx0+PKnHYpDrNLPWwMaEHCeupwk41BJnVWwoM00"
    "1WY+xqtQxWjggGAzKNvO1Hf0ggebun2h3NDsOhJUnHzFXEbiM/Iepbx0DmcA9WM/ysuUKe"
    "be6jvAk0XTJ0suqzX9kv2kXdoBpK25tFfYi1A/cZe3AHlrKm8ofz4CIes0gPtIkkm1BL5M"
    "NrRDRvrGx/cB/cfQ+Wi95DVaOrpPivnDn2mfza24Mbfy9qIluYyzhTYZqzF3mbXC/xEH9L"
    "NA5bM22mHRkmpeCochtMSjs/VG9NmNmmNOfwYS1O4BwO1r3DIe7K3refRDRRvRdPMWBSIA"
    "Q72gciCyqVm3pbL/AM26c+4ZJRgpekwlJLhLOrlLvez1obvrviDyGO8EtmX1/TbjMi993S"
    "ZLoW7xSI1JmOgy1kiMJ+TFgods29HeQ8C4UTZuSBD7K/axJA51GTOhgeMHPp7GyBn8aEf2"
    "hlJG8EpoyrcccB4IU8n5A7zGWI3cOhDIFZGrUANTgRnD6sSamRLIrM0H9i95EYjQIAnVSq"
    "SdUgl/GQZ1YMq/A/pkps6dHWL6cVYyGl6AnO4n8O7tmx/moubhqrApSrVl77fiYMaFEoe/"
    "4Qpq4g9ZE09ctX5DDghPSmU7BZpqx03Kuf4ujkL7m1C7fKKvNoRgqzA+UeE6kfVvy3PDGR"
    "70XkqG1yeLaurh093NtVDJqDbelLFQQKlRsggKKI9MyDrNQDqSrNZABZSN05LkCih7zEqa"
    "RQFll0lJg2W5b7ETkBWllDK2PalnuavvL1qy3CRZyQZSsqWj1FCWKnDz5Ki7wn7kRi9QUa"
    "mPulhAEryTg3HWxcM4a3Yxzmo+Rv5jkCC4jDGR5E41Z+ctNWfnopqzRNXJjeytgMxzl0eZ"
    "1Csb9pw+3jkZv2/fdKD37ZtGdtlbXHIEh6HwDqTmWGcJYgTF08/+ePECtLJDjDwstEN8RF"
    "6a4sw8lhPB8iVrXZmXGmkzMbLIzl4GVARXH68vb38TC+FKEAm6+u3+w2WDGDYo3Eg6kRwS"
    "As6qAee1S8KIHmbsq4VraniI2OgasfFQL0nzcBC0roJm7IeJqOpiblSpVZBJ5biD1VhQEQ"
    "Xek2pgm0ND9kLTX08ip1h80U6bW1lGmedXjjAySaMJDIem+jBNkXAD4LTk1/I3cAPgUDcA"
    "FhfTH/jyirky2zIupOD2IA2g10Hkrl0HZd+cz4xV3l60JMb80kJo/jzSvBeUSY9q0y2D1Y"
    "tSVJUDQkhVMaQa0qcaimKRLdFyMX0ZZMQ5nzqhUH62SOYjBVDzvMdRspJRsHMdGar3AANa"
    "AzhN3im9ftqSXj+tp9cnrRHR+vgO/6CkKpx9Xgl2C4Rxp3ekgUQOdnsEaytoyHXoGq1du7"
    "4bblTFzKEhJq+plCFWrFe4EgJr878W9meMV1/jpdccWuNXLFqia2u61t4Vi8cuPPeQ/xCz"
    "GjgoONdGYSxaAm97eUmYvGWMEWGJUUdU7VAkqKJra5iPRLVz82R26oAPjpDUvLV8vRFkc8"
    "e4i/P2rtl3e1d33YJnmRkx+XKTzLsBa5bWbC6GDJ0FwphpU4PRuc9EdLcj9hBj2Jy4TiWx"
    "KtV9fB4OsRx9vXzsPKqKuQoGIesqZF0GxUOgDgJ1hvjdEKgzOlB3s14nATA+PJe+vmgJyg"
    "VsxdiRuHycCATitFEIi5ZAXH7Mw8dYJoDBwQyMY4xSo+KGNv3VuU+iaxGCwMOoad5cGcdX"
    "w1HgWGznv4eJq+Fubj5XLJyrj3wM7tcvVx9uvztNuKeL3KjBWZxDgefJymWKGacqbI7lK0"
    "/0sSJskGq966MATWfgnRqgzCvqJCYP2cGRUycFbkJ1sn9ltvokvY9UOSZRBkNMQlevNaS/"
    "DFtJp/FIiPEq9iIyHv+IUcPcrHb+yziDJoEMdzcAI0l5trcIbRDLhzjoSg+TEhLCn5o+SO"
    "i3WrtkSx/5CrpMDDbopzaYQiuYUtZqjVsYxPfUdxfsKVUzljk4KDlNlRwmJCDSV+FUUcb1"
    "sAw/FzIlTGE6ZA1oANlT1/cR/OSy64RkhwCVUQb2wXXrMmxpMqx3aVHG8nLxzgVqJYwxDv"
    "dwxlGWqWG30UjeCiyAmneIh9fUUPRw6ApBje4iOUoBwCgxfUp+YJRYp3IfGCV20FFiAvXd"
    "n9seVxLNhFvpS4mmKlL7FCxP6iVq7NVFS4Hat2AJo9iOtBANriAa0SXxkC/bamtqm+3w9z"
    "sFzz4WpBua2d0DDKT39KxLHzNd1RwVOqv1MiPyIH9HbwXU64Ze3RjvFf1UuKI3e6Y+Yqkr"
    "zKoo8wJHoxQIy98U1/OeOK0pHkWZ7KjZSYQk322R57VEhwrcdOGJi5HjzOdnP77d23nsf9"
    "osu7svl58/z7TI+hm5eRB7jiXW7L55iaRIvtyYyurB8iFuaFNybPRA/4LA33ulbLoChcpp"
    "icppFEV4u5M6xGUIJPZqiT2Cwo1o+kRzgqlAAJ21ySixXNY5hoRzI5GKDf0x3CWne7HXg/"
    "uE7XinJuAqGISsq5CpBRRiG+8CR/IeVg4ItbM9KhgcHIaSdwdUUeaFA8YqqlyjrevJBV04"
    "nAEllWM7sFAmDGXC5pcJs0sZpDMVHKxXrkIzBT51qsIhmHGj2HJSAYN9qqt96njIVe8rqo"
    "Chq0hTGcNFHscg5QOWymsm0KMq1D5a7vWp09ZMBL3LtOkHsK5//fz54GXaMyW2pUq7oLa5"
    "lLig/FuwtPPEnWg0egb/+Zdb7O3vkRFy/ilYXqYbzdfUrvH+17hF1zlhwtrrEpttJdh2Oe"
    "/6ain2yY2PLRI8Wxg5G4tZU1YYbHG0oexYz9iPrGcSsP90o42FLLo/JWJDIRhRfze0lpiu"
    "XFluFFoeCiMriUMsrMCjfyay1i4Jo+9POMqn+ptQTK7xs3RhNReTk1gQgGnL5SqbMrrpna"
    "GzuUEcOcFWKmZbgphY4DxSZHxOSYjZkz2XNMTsU2vzSkRoErAZ5EYy+jUVg2dlKATBdQ2d"
    "MUNd1sgsMCbZOoeN23xLe1r7hReyxtiZ8d81tlAcO406lD+zWqWTup+cvr5ocZGTKqcD9i"
    "kfut/wsP7lWA1Czc4kFGNNZDHKFxz2KzXUTZ8eJgeEnD9il6gaixwa7EWd7MWa2XKQJ+3X"
    "VBMKnrX5O21P20yPHvKBK6f4eyh8nR+1Q+n7tjvhl6JUXduUigxgRISA6y7/octwTbqqub"
    "v8h9p4TeqFEOXquCoYFL1Oir4s5A2mclpipHivAA8HQesqaPznjlpeoWKQrwIGIeskZD3M"
    "tlsq68/u1o3ukmkNdeuNW9BmxLFzY3tsrZ3MfhjlEtJ9mCPYsYPK9oBLSDVyOZstv0NHtL"
    "Sy/EYZelP8JGRYLoMMZHr4EFai3KT7f6ooGFXWZ1TZbqXe/1MFg00ENhFvE905G7yKPbwS"
    "z7etvN1mD4X5QhtG3h6v2ZP8W+J5nK838FF82incddoS7jqth7u2iDziaOchR4pmDmZe6m"
    "74Ebi5PpOhuYyBE93tRDO741+B3CznMmbCnn5qbZ3M1Ip3Qxv77MuLno6vDAgsASccD5g/"
    "O2c7HTAzuOylVAV0FTXh4V67qd4a/3R3iQU0RwJqcQDW7mIrT2jj0NBWrZGDVJayj//sIW"
    "UODVLWVMrJrzGplq8Lubm8voqCIT/SlfUwYuYIflsQRzwCIcP0ixNduihg+kWv6ReHbaW4"
    "e8Z4dyIIhyevL9ri4GwFxL8h/n2A+LeBtbUlffqMd4oFgGUo2C462S565EAvd+598Ih9gc"
    "Lfv9Wm89HOpbqargK9D3r/2POeo5T5k0AuE5evN5DfES7iInjt/ilDb4EAgjsQnDwb7A0K"
    "Bb2gLVnOCgosxFctRAhjGmol6tsiomfUZe4yThI6caj6U+bhIGdN5UzwE33GKUq5CgYZay"
    "pjyEicQEZCBxHMPCNxGa/c6IMfkZcTQZSqeHPRFqdiy2xM17m6DZ+AUNVUoSoqblF5TbMf"
    "ugcY6OuPEqyihEm2JRYIAzkeIRUUL79hR2A0tpTmFxADKR7lGK9whFxPuvWTg8HVb3D12+"
    "GlAQ6S5j8tcJAOLoLeDlKXW3XG9JAwcZ3NicA7St9YtHlGxRJtXKJj8Yd6XuzR7Ok8YRJK"
    "GuIliIlm4sVFFzPx4qLZTGTvcd7Obifl6qTLDWR3lPZY+hcj7AvsP2YvNhh+BeRYBq8wMg"
    "axvg9aj/bX/wfdO0IZ"
)
