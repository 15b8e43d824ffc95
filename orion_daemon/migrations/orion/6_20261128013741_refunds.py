"""A table of the refunds that the store asks for."""

from tortoise import BaseDBAsyncClient

_CHECKS = """CONSTRAINT "refunds_state" CHECK (state IN ('asked', 'sent', 'settled', 'failed')),
    CONSTRAINT "refunds_reason" CHECK (reason IN ('buyer_cancelled', 'seller_cancelled', 'not_received', 'returned', 'not_as_described', 'shipping_discount', 'other')),
    CONSTRAINT "refunds_amount" CHECK (amount_minor > 0),
    CONSTRAINT "refunds_settled" CHECK (state <> 'settled' OR settled_at IS NOT NULL)"""
_INDEXES = """
CREATE INDEX refunds_order ON refunds (order_id, id);
CREATE INDEX refunds_asked ON refunds (id) WHERE state = 'asked';
"""

UP = {
    "sqlite": f"""
CREATE TABLE "refunds" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "reference" VARCHAR(64) NOT NULL UNIQUE,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "reason" VARCHAR(24) NOT NULL,
    "note" VARCHAR(100) NOT NULL DEFAULT '',
    "state" VARCHAR(16) NOT NULL,
    "error" TEXT NOT NULL DEFAULT '',
    "channel_refund_id" VARCHAR(255),
    "known_json" TEXT,
    "created_by" VARCHAR(200) NOT NULL DEFAULT '',
    "created_at" TEXT NOT NULL,
    "tried_at" TEXT,
    "sent_at" TEXT,
    "found_at" TEXT,
    "settled_at" TEXT,
    "updated_at" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE RESTRICT,
    {_CHECKS}
);
{_INDEXES}
""",
    "postgres": f"""
CREATE TABLE "refunds" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "reference" VARCHAR(64) NOT NULL UNIQUE,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "reason" VARCHAR(24) NOT NULL,
    "note" VARCHAR(100) NOT NULL DEFAULT '',
    "state" VARCHAR(16) NOT NULL,
    "error" TEXT NOT NULL DEFAULT '',
    "channel_refund_id" VARCHAR(255),
    "known_json" JSONB,
    "created_by" VARCHAR(200) NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "tried_at" TIMESTAMPTZ,
    "sent_at" TIMESTAMPTZ,
    "found_at" TIMESTAMPTZ,
    "settled_at" TIMESTAMPTZ,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "orders" ("id") ON DELETE RESTRICT,
    {_CHECKS}
);
{_INDEXES}
""",
}

_DOWN = 'DROP TABLE "refunds";'
DOWN = {"sqlite": _DOWN, "postgres": _DOWN}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    "eJztXWtz4zay/Sssf7m5VbqpWI4nc/ebPTvZncmMPWU7ezeb2mJRFCRhTJEKSNrx7ua/X4"
    "AUXyBIE+BDENRf5iHxQNJpEOxunG78+ywgOPC/fbdxfB95Z3+y/n3mO1tE/8G9M7POnN0u"
    "f539P3IWXnKlm14TJhctwog4bkRfXzleiOhLSxS6BO8iBvuT5ceex14MXHoh9tfFS7GPf4"
    "uRHQVrFG0QoW/8+utZGAUEsYG3DnlE0c5zXHT2z3/SF7C/RL+jkF3G/rt7tFcYecvKb8BL"
    "Bk1et6OXXfLaNV5/8KMfk2vZF1nYbuDFW7+4fvcSbQI/B2A/Yq+ukY+IEyH2CRGJ2S9jX3"
    "xPQvZj0x9RXJJ+yxJmiVZO7EUlJhZ28dqZbd/cPtj37x9s+0yCOzfwGe/0q4YJAWv2Ff7n"
    "f+fzi4sf5t9dvHl7+f0PP1y+/e4tvTb5vvW3fvgj/TIFW+lQCWcf/vLh5oF9oYAaN7U6e+"
    "GPBONETopKjFGwXzZZzQx0YhGxETgYZw36M3lrZNy3mSN7obBHMT2nMMjW+d32kL+ONvS/"
    "F/MWrv92dffur1d331zM/7tK+M3+nXnyFqO+NNFDm950+ElA9HUQeMjxGyZ8GccxvaDAsa"
    "jOboYRqG6bxre3n5K1JAx/89J5zU3qm58/X7+/++Y8oZ5ehKPKXC8IdzwveA7tbRw57AuG"
    "kryL4BPSn79ytPxvHd9Zo6W9eJFbWsooA1eWtx0WlreN68pbfllB/nIX7J9/XTkuY6Zj+O"
    "xsEn4vv/uuA8P0qkaOk/eqLIcoiuhXCO2vYepZVan+SF8VU10DcnwvsRtZ/7E8HNY8mCOY"
    "2S1EP7z/+0NlIcn4/ebz1d956t99ur1OyAnCaE2SUc4+3t/eXPNmoGuxlKOSAyac5gQ5y5"
    "dp5vr5mw5T/fxN40xnbwkYtulPEM7zB/R7g1vO4wxYVnpN7u3L/p1Ptzd/yS7nZ3yV+oAs"
    "EbHdmIQBkaGexwH1atSH9i7wPOp6OIKH6c8P7/5M2YvwFrVYgRuCX+v3A3yb/aODXfZe+D"
    "Eu+H++enj/8OHz+3nFKNmr3/CrEnvx/uHq8xfr/z48/NVi/7X+cXvznn8u5Nc9/OOMfR0n"
    "jgLbD55tZ1mmI3s5e0lkb4Loz3NxX5vXhgG76233FSZhNMTdLhgIbK+p7bH/hPwoIC/2Lg"
    "43qoZvGAWsrqnVH+kbvr0KyFYmbKiilBwqzcw5dtzgOXQhRITIua5VFDiu0o5rQaDaclbD"
    "w0Km6ULm0tg6Un1qVcED2PiYE1EaGzneLdWNXAWDkXU1crJfbsvue5dRr+9+H4E1p9sAZ9"
    "qD1aNw/zvXLlQN8SN9Fa/9n9BLYowP9Is7vnCvO5Vg3GfDHJkN/shmWfZq8fgmznOu1qhM"
    "Pvrjl8hD6a7fHb0b7j68oywzkheO+/jskKXdwHZJNmDTR9KSRlKY/lzRzux+pB9/ukNesv"
    "/ayP3nYtB3+ZgG2aIaxG53AYnsr8GiJ2sfkoE+BgtjmcoD9fDFd20vWPdlLBvwno73KVib"
    "Slya2urH1S0bw2iC7A0Ok9lFYn8Isv6aDncX+6bSxrLk9NGwIwH9EduenN0lg31JxzKVMT"
    "+I8Aq7qfyoH183paFMpWuFaPCzixfeMJT9SIf7UoxmKmvBatV/uWdjmEpQf1+rm5elZ9qs"
    "zg1z9IN5UHLwK65/9a1S/sqJnFecsFsfPQT0j1cJfZeOZRCpLZ4rvXiFh+Gt4sK+S8Y1iE"
    "M2DbfzLTcx93rS/XAM3BY21qsrGsPLxlqLhig3wQxceuEWpR+P1BxQdaFP0mlmNVddJLaq"
    "8d+yHbm/3kA19PB1FiGiN11kh8jxkHCW+w55aRLrclBe7/8SofAIKW+bwHvlbZ44p8xef7"
    "i5uvtFvC15LVDqXv/y8P6Ks8KKfh9EdkRSmc7BDJzwI0l2ZUg+hCg69t0Nch9R9m2OjuX9"
    "11fcf62AYY9d05059PsO0+HUbFwFg401tTENmHx6Jy6dF0FE1ej/ciilDVjN7Ll3hefn3/"
    "/w/duLN9/nHnD+SpvjWy/3A4HKCdw9IFA5ASPvswrSEpUqDkQqQ4lUSlmefjKVUqeQI7ND"
    "V6FKdQpWpCrvru7fXf35fZtSRSq1LZduTBVC9fRirhxqTCcm2psRsoeQKtTl1p+1pArdYC"
    "kV22fXDxPaH9YAlYj+zfcdIvo33zdG9OytqsOa/C1BbXa9gUmpeaeeCfOWngnzes8ENyYE"
    "+a5U948yxkCeL7oku5tz3TWGg9iPiBzBBcRAfrtsJjTvJdS2ElgY8q/Al1olyhgDGR5+Gd"
    "5/Ydtz/HVMfScZskVYA0kfuGVQxpZ8N5s6EtrZ9GhnAy3hoCWZgesLZIJPIEkImWBDjVxL"
    "RHap7Mr6C/cTypqXn4TiLSWmdiRYxm7Uk6Yv6SiGk2RvncjdoGG4+szGMpWwQlhN/yK4L2"
    "W5mvp9llExm7Rt8IS29N9D0fZ5P56pzLlxGAXb3sU17/bDmEoT1JtC4STUtE1LENS0NXMT"
    "UmdqGbOGjv1Zus/GMpcuZ4ftKHhEfcttr3b4gQ1jKk3xEkfD+J1XbKiuPuexcDWi9CarFh"
    "WcnFTUkTafnLSvW00uAgHOyQlw4ISkySr3YN/A0JSyJuJi/ll4IqubUkK/XMQ+TDa2VEhv"
    "eGKWNaIZoPmMSfTU3bsO8vasr8XQ4nat1oEBlO0NTRj7+MyCm7W1NUbpju7UFyNbUob3qn"
    "/NPPbk0Vf/SEYgtMnQ5uHU0fUuW0/NC+dGMNAhn19edpG/Xl42C2DZe1WfPGMtIUqCeR43"
    "YauB3eYlxG7apOcYOw2sIywQZTZTnV1v4DEVXcTG581i4/Oa2Hi7k6J2f7l5zI6yViyII9"
    "fXKAcAwZ0IxhHa2msSxDvJ52ANCIR3IvwgJUxa0zxwBdOOYOqabbEvOjeozdPmgAY15JjE"
    "6S5tdzoe840VzSBCgy162WJFgq1aCpyHQw8iTXPgiaFiP8JeD0OX8WBpTS0d0WcnkWzPV8"
    "aY50AMHy87Tw6mPx17OJJy1HiceVwPX6z7W+zQZUfEc6OLUIYY5BoM1zct8Jc42wzqXsZf"
    "AsHEfX3ieth/rBPccjLp/noTuO1V1qxwKCneOmtkyzJeRQHv8rxTvyRZExzPLsiUL/J/ZZ"
    "heFf8mWUih4H8dBGuv2IpyKVHrQNTApfk2aRkC7hn5e6a8T2XvnGgjYwshGKygsHJF9Pss"
    "4kihJYkACitUv5YkaVzkqXQlKUOhMUn3xiSxn1On2FGhNgDkhDTNCYHM+QSMDO1RTsDIe6"
    "WhvJa9goNG2f3k7DV71I0h3Si78wGDutmhs5y4MgUHOtM9j4eI44feEIew1iXGD8XYBpnn"
    "oN1v9HTzJq0RbZ9nXaTv3LyUUcFX7pcEPLAiXvCZ7GPyrqmgh9fm6TazmvXwKh1yoTOuTO"
    "fKCEeitEdzBjAHQNZPPutX/poSnHMwYF6eeYhOTyA67Vo+1fYA71xABVFr+3O9JWpt8M76"
    "RbBGV1vPuGC2eZZqdAJUUtJdjySySu/GgCGpJh8jKihlSyAS0G/FgEjgkJFAGMRE1PGn2S"
    "0tEBPWup5p4AIN4ZCiyBGkbZvJzq4HqqWp9pwwsrfBEtNPFCziLZJIHgjkS5O/wh6yN04o"
    "kBk1r9wVkAGkj631pR8X0VksQ3EJYhzB550O9ztvOdzvvH64Hw4pe9td4lrXHcFXZEJl5I"
    "QqofyVo5UJ7VtBJ4f41WlvdL552HSx+3fjuuGDFWHsj+aQjmrKMIOKWyaue01pVM1HcmjQ"
    "vWmajwS1jF55R1DLDKGW6ZBUrHaGpG/4a0R2BPc+SoXlDn8sjWaQBcYUe9RoE2dleWZbM7"
    "QVq46RrV3t88SFywG5Wm1W2VlLrvZgrqVut/phfMs09hGts9h3yEtbwBSK4tOXCB3xOivk"
    "cV8alPuQNO6//nBzdfeLONN1LSgluv7l4f0Vn+tiy6LstC+BYNIP5ellz45+bp5hPal5H6"
    "808zTaNU6P+mS9rZOJxPsplbfbfJT948RNruzmoLD+29Z+O92KNk5kOdaSvFgk9q3nIPaW"
    "Vjrat9bfHC9GoeUQRK8LQmQFK/oPZKU/McUuMTtQa2YtXqz0brfYL/n2jLPhZB8KB7JovJ"
    "a1+VPQFVoq+z9OX8x8wem8wZIjDOR4+J5WC7SiT2fpYngOBoXw6oXwzipCRL4bQQUF/Pdo"
    "RJAflq4aOhdQiCSGiiQKavvHEyaeYs8HFbWpqF1owfhviiv2tnktqGDnpA6f8gRvXJf1oM"
    "0bByUqKFF19jxUNXqyrcAqIAMkZCCMPLhub3hhJKisQWV9CuQfozj16FvYUeqW5MUmsSBh"
    "8hrnJSDogeU4p5+7wmQrWmRen+klKPAuwTuNiD2MQunMVBUHgmFVUcfCCZE0+SUQMK/KfB"
    "hJnmaSA4yIRbm9tS4e+rzZQ5/XPPQNG8cNllIUV0AGuItjh0EJXwQ5wr2dZs+cgxlA9ORV"
    "voQERHp6V1EG0D56mJ8QtkVhKEzMtsT7PNAAsqee44lA1I6CKD2AWsI9qQLBRVF2DhMil4"
    "EvCv5fNUCGM6ZGcmL2d0HYcJpV63GuJRQwr8a8u4n9R5sEzwKxe3NxXQVkDPWDFQZL0glE"
    "Nh5zlx5cIDM1CwTQWTswJG3CKEFnCQF01s9fSQWqUoSWMUBpvfDqK3LlpmgZAoTWUm+PeL"
    "eT4rOEADp5Opc4dCg7DpGilEMBrTytzw7x6efJOE1lCBBaC6hIQH/lVobQMgQIrd34KEqe"
    "MtLi/hoQ9P3q+n6C6M8OGZsLqVPbeZwBKUpuU6lTu7Z5S7u2eb1d2xK5eCnNdRUFTHdhGk"
    "73O4FWVmHkqPcrq4KhXZmmNl5hH4cbVSNzaLCyplZmKRwfefJN6So4KDDsIShiFcuy9JdR"
    "QP5Q1Z0Jq3VDyBZ23mfDHJkNuhZ1lidfw8mZgiWmP6/vioEMZba6qvY4lbTa7qZfl0W+x4"
    "4h3Iuq7bPE0RCEfUnHMomx0YuxM86aCrJLnL5WlF3OAUJh9gkWZmOR/qmR/Oxyk5ypwTLG"
    "q4yy7oWp+1cNFL2PcpxEkxq7LQ88vRB7Mo6H1wQrqIEPogPWJGMxhBL4iTUolCE8BxiQaZ"
    "+a7BA9IYIjqe2NMsaIGT5qHxJoyKVjygYacpnTkCs7qLce/ZWO8G2M+/adTEc5fCBPDIaP"
    "MZw7oM/CMGsJAJmpZB6G6eUGPgdH6YCLQ5veX/hJocFIgYP2It1bLqwjLBUfZtcrTWjN9l"
    "q5ALxLcHjeHBye14PDnRS1+8vNY3aUlWJBHF8qeZQDgOBOBGct3BOeJHjmcebRPXxfcjcm"
    "BPmuVJhdxpjH8UUHii8aGb6oT2bsInuL/YDIOc8cEMrHlQUpDuvkqWoGERps0csWKxJsFZ"
    "WWHBxUeJqq8BJDxX6EvR6GLuPB0ppaOqLPTiLZQqyMMc+BGMFJC/xlQw+OFi+tDDKP5eF3"
    "VD3sP8rs7mXXm8Dt1Lt7eOuskS3LeBUFvMvzThf2ZE1wPLsgM5Q/Fal9GCijVC+jXAfB2i"
    "uOsXMpUeuACOLz5tukZQi4Z+TvmXJaSfoYCSEYrCBvhf0PsFXOpxFhTbDBuMfUOCsUvdhh"
    "FLiCh3RLvqQKMyhXMnTrLCgpNjkw3rfnUjNyFQxG1tXIXc8ubsswdz69+JjXTihCNZt8KE"
    "KduAhVsGr05/hzMWhJoXhcC05XvpuX3R5lqtlAWydyN33rVPcm+MzGMscO4tiaOH6Y0jEM"
    "aQ/FgAatGdUcqv+EfLpovNj0L4J7V0Vnw72no72YT9o2eEJb+u+haPu8H89U5gKyRMTGUe"
    "9q8ls20IeoUyX5Ma5pNLxA5GmIteyuGMnYWbVaIdJ3QrExTCJo/JKU1KdorEvJXY7XilMy"
    "Rye59rUalbMr3wp2zEIB+a/QInS53C4QQUuLPqufEfmT9bxxIsux9l1D6DWx/0hDb9+6/+"
    "lnKyDWXx4+3FhbRC+3VvS/0QaHVuI3f3vGMT72Z7VX1ZR8S/bfR/QCRTb6xKozq7nIhrNc"
    "ZwV9FWZg0c3FvIsudt4sjJ3zGwzsrpCgeH+5idR2asBw0dKA4aLegCFd5qQ7xHIwA9mGJr"
    "GQ7FdL9qsm+CGpD0n9oyQfkvqjJfXzxgSCBaY/rcYn71sS9lq0fCinnxujbC5H/WqsXU6S"
    "dwq4m2kXhq+l6ZcrpSBs1WY1nrWErSqquN5qON0W5VHlcBGOPKnmXznABKXh9GrP4mtKcM"
    "7BgHl55kG2BpHsmJGsbhbVIpo6gOOvmx2O3vPn9BOCjt81gUVzy29e2jG2ux+4aRgC7r42"
    "y0Wru5/ZS8bdL2Em7Ee7ddK2XcdYEUwp2gh7PTVO8xICzumsHyDN5CxI7gDpAgKENpwZD7"
    "46+Orgq8O2kynkw7bTxLUkEH4OEX52qRSZIv7MhegtIWhZrN4hCs218sPHoRBw6rLszowI"
    "OCfbXxot3GRLSuTIB50FDiKlptBTmts6EMittbNw4lBq5zkHGLgsDN/9jz5qRU1rWzS8Gc"
    "CAY6cm0O76gah7ZfMmc3a9AexOvbkMMukTSFgVhaLSSZMaFMTSqlkrSBtC2vC0yIe0IaQN"
    "dWW2U9pQ/BDtT6+BDRd4fmuOg5aZ2fsX330X+Cu8PmvJzZaumnXKzoYUwCiiCEjQnmiCFo"
    "c28hk/Iiu8cn5hCQgHGHY/wPCQDXKNzicGcWQHq5QhO9rQ0HQTeFIqrMYBgOzaLGYPj38h"
    "EjRN5NbVQ4CGJaT7EgICrhPIh+07DEmnAqq4YVauE/GUaqkAGb+/Zrm62W599BDQP7rFX+"
    "+KYY7KXl2Dr+pE7VCSMVgw9Sl4NZJil8y6h1FeADGUySvDrCWGesRy5zpn1xu4iz18ty+6"
    "RsodEpgDDKR3eJFA2kdTJkbKARAT1WKivTKya0S/vxyIrCmDWFKSbKVKfioYoJSndOVgYZ"
    "Kvkc8CAGTWNsmZEE2GzAIAZPJkIkJEOrVmIVUOACWVtJKKekdEOXNUBUPmSNfM0Qr7ONyo"
    "WplDwwnqmlpZp/zgoaMkHcRCjVk/Wd1Fj7yfHnfW8Jm/qSQXheSlnh6syGEa84Kl406Gzw"
    "f+mg7PBvawj2w4IECrxWHWkiTM7VWzQUslXAljYDZrfnnZpSrj8rK5KoO9V3Vwk4NFbOms"
    "IQczkO3hc4epTkIhQVuBAdVdqH6MpShOLzehj+UES8Y6wlIFytn15tE7fG0ytL+dMrvzW+"
    "z4lECBk9Ho5ZUhJsWCwzXL8nFk7wh2kb3FvihT2eZEi9BQnKZaGxUFkeOpmIEDggWULUAf"
    "F0TS4StjTFjVx3b2YPdzhFYTvos8uQ3QCgYorYkdNni3kyK0hAA6651mopj4UnyWIUBobV"
    "vZIR5GAj+hkc8SAugUucGh/TUU9fL6SF9tdn8LFL+ViN3I+o/l4fAI3a9eoR0fxc2qu4Mf"
    "729v+NBuv6+g1hgDdvqOtimGZtNei53WfBOs3z7rbTbMkd0DksXtcIjgIZoyNG9fl3Zk64"
    "1SBVLs6/0oP/50h7ymzpgtfVrNMALnLLPuiumJhv0YuytGMmglqAVqbC6kooR+dN3vx+rY"
    "FeRo+BpRUlKeYXVRCTf/GmUl5RmfXDiGriTvGwPn+ujnDzEMtFk+4FYmbK4Nn1VYIuZJSW"
    "W9yhBI09TTiB5y5GpTyhAgtLZzAK1nzZfSI8qeoonLUCiV0NS+B28trNt9e3Jp1NM1wGt5"
    "1AM0C9XNGJIJ1Ve7hUKzW8POyHoXh1GwTXIlfAInf2vWkr1x9xdBi6ATTdBsHfKIop3nuJ"
    "JVKRWYgWma4RsG4SVKci528vtEk953yEvTpOexfFfKlyg9VP3ISG+b0HsBQu7HU26vP9xc"
    "3f0iVqJfCwQL1788vL/inT263AW+49khcsTthVsMIQArWuJ4AqqxDAEZjBOIcKEj7AkYmV"
    "IeKuepylhIVGlqYTj8R5/sCBz+0ylq73D4TxctVJJb6alO6Sro03PtmlSVklLV0OSkNZeR"
    "Gmr4RMav5QY6WYOYXMIIQhRtlswZ5Dl0yHPUbhEJvkVYA0kfpVtEypkfbxciDXoz5zwO+O"
    "7GN2sUEwv8gvYO4LGoRbURHHfRtc2bdW3zmq4tWwzkia4jDST8vNPZ4ectZ4ef188Od2NC"
    "kO9KdQMrYwzk+aLLA7L5+cgzzHqnhSqtIjggxNPKco8wXig37KhjoXpO2Q6s7p5+LSU71L"
    "BgB1U7sD4oKr1ryjBgX5X9JQ7dIPYjFRPUsWAH5bsAejgd2AIEreJEtaxghDoW7KAshwWF"
    "hB4KCVYKJ+pS2V48Z06bymog9rZDIPa2MRB7K+hmFrHq440TbuTWGh4JoZjyUuNEjEnJCt"
    "EKyICzdrhEWqe8zrwlrzOv53VyymyCHGGvpObOtyKsAaz3apSkcsIRO45VIWlchU1IPPtk"
    "tJxm0o/QmZzxJn2EVxUFs1x6lid7pYpSsAoWpGCaSsGyzZVeyk7xIGBzXW0OUm3zjQxS7R"
    "MwMki1T8HCMUH2MkbqZq4OALbW1NZw1OaB81dZAbW8BapA2KxQFhFAZcq05ENlygSVKYJF"
    "vj+vJ31+bwO3pS4ZPcktjXRc63ZncquPrAq79DtYNz9/+iRRUzVE218Tm/sIRP1p+t/eYL"
    "ZyvAxA2X0y4F/T8UzlLusvPVBraVNpSpUzvduVs0FMokiqxpG/YXfOixc4raTe+ughoH90"
    "u2G/pAOa83D5Q6EsdL9e3cWihuX8FbPXSkWz5dQmccfW5WdXFo3d4y0bxnp2vEcreELEcq"
    "y92/FfobVzwshKK1G/PeMIUoBDXy2NA6GZ1VxvqnD4eJ+DKHVbVUff3MfUFVfLbpahkNfU"
    "Na8Zk1BOuFEgQLQhLdooWidU6W5vPizSI0Fj9my7W4LNEgLorJ3vmG4sS9BZQgCdtdNHZR"
    "VxIIZTX1dBNnMCvsoK+zjcqFqZQ4NHqqmVYaddr61G2BQbYlMsP3C1eddm7F5vWWazIaNX"
    "Sny+ks7Lcq7dUnkPG1TKu3ks70YZj1mi3wpWluOnabiZtQqIRdDOc17qCT3VQSCtp/GiM2"
    "tJ6+3nmFphbA0LdbGKdbEEuQg/qbpcHBo8a119ruYOgh0OxhrQ3zqRha/mbck4BZzV6ibL"
    "9ju7eWVdO+bqZauuHll5inbwx3r7WFW5R4OnVdOEvOJvVUUpnbyuZiLBI9J4YWjziFYk2C"
    "pUNXMw85pVDN8Okz4o5XmugAzcWh6h66gTh1I79znAQHqH37mnjwfR/kNLs48MYMD+wwSN"
    "PvxApDtp3t7JrjeAXdjd0WkhgRgUcv4qzmZLzr8hslQ6EfgIbTBSdDlVtj/X0dfjz7LEvj"
    "HqzOX8EGqeZqhJ0AqxRvNS3nkFNIyTc1hTVFzIN13CnzfN4c8bQfhDCJY7QKQEMcCLnOCQ"
    "BbZyPbLe5fKHtQigxnE+Slx0bN33jjjEh857Bw1HF3KHt1RQBtA+xVrCzp5QDfyrYAj8dQ"
    "38adiEn6jrqGhmHg7CTk3tDFm8EzAytDY8ASNDqhZStZrYoHeqVu6M8iw1OkRLnSwXa1pX"
    "nQky2wllzdntjNFXM9ypGYdPc/+af0J6N2dNmOAQc33W1FlLAvy32PEjHAni+0YDlCEmPd"
    "0Gq4ct7gJVz6GAmkTwAY4CTZc+2UaeVSCYYCgPrvyo6OfEGdhAjffjuFko3nUXLzsDOcmG"
    "uWsNjnKx1kp7yyP6f/vmd3XPr+iK1+jz7bvvDe/sgUunyyLb5tKBpmECTYOzVT1fmUeCe6"
    "Hs4bkxYXNWbnOyhDFw6/2iw0S/aJznF/w0bzrZsW0hmf48xyMuDRFr65vpNUhbP4EqClpm"
    "jqrKgcZfU2px9i1XUu9emNRoeeqJwAZWSF5edlmgLy+bV2j2XpX4Rz949u2vwufgR/qqmP"
    "Eqit/hxW5k/cfycHiEZ/L0mvj8HJ9V92w/3t/egAjtUCI00K2cgKSB/khVE5ehID7T1L4h"
    "yxmryUgLJFhXU+uuAua/qbUFLUHBvpraN0RR5CnrwCtgsLGmNgbl6AkYGZSj+ugOQDk6vn"
    "J01L1wl361LySg9IrEkNX3Z6074+xKe5deOoocstRE+hGnG/V4iVLBHGgitVktZi0b6Jnd"
    "uqaasusN3DO4mHfZT5w3byjO+RxTfjNIEFzGmEhyp1zeRUsu76Key9svdXLbBBUQbA902h"
    "5wg6Vcb7/99QZO5OFlNlsUhtQnqPPbvMdYghhB8dT7jNCPXsoGY/Wjz6jcOOFGzhnkkUpx"
    "pGYGOIy+bIVJGNHJjHzVg5g4PKRrdE3XsINWeliah4OhdTU0Yz9MTFU3c+OSWgWZlJgbrO"
    "iNmijwepyfUkHD1oWmd09ipzgr9u4eVpZR5sWVwysr4WjAQxePRgFB8pWjJRSQP1jZKGO1"
    "//bNfTbMkdmgc8FoafI1bN8Ilpj+vJ70aZcH3hq7CSK8wq6z/+X8zljl7VnLxphfuhAKR0"
    "903wuqZUb16RbB8kUpq8oBIaWqmFIN6VPNiWKRL9HSQ7gMMmKeT72hUH62SO5HCqDmRY+j"
    "7EpGwQ67MlTnAONKZUapLJ1UI6L19B3+QUmXcPZ9JdgtEMbN3lEKveCw65PI1q6wj8ONqp"
    "k5NOTkNbUy5Ir1SldCYm2IxNphD5b7EaHll3jhNafW+CtmLdm1Fb3W3hUXjy089xx/HTMN"
    "HAjOtVkwZi2Jt9xeEi5vGWNEWqLq9r7t4PS+bXR53/IO786JBCq65qxPdr0RzE6d8EGRs5"
    "aZytn1RpDNTeMuwdvb5tjtbT10C54FzfgbF+rscpPcuwE1S6s4FGXjm+ksENMx+t2R0Jnv"
    "RHT3I3KIMWxOrFNJvEr1GJ+HQy5H3ygfuY/KvZkqYDCyrkYmyFHOyTqQqNPcupCog0SdZn"
    "Y4+kTd7WqVJMD49Fz6+qwlKRewK8bOxO1IsIzpyJCI02ZBmLUk4rJpHj7GMgkMDmZgHmMU"
    "jQoObXrX4SdB3vM6CDzkNLTWreB4NRwFjsV2dj9MrIa7vf1U8XCuP/A5uJ8/X7+/++Y84Z"
    "5ehKOGYPEYBJ5nS7xKjiKJziaZ2cPLV57oY0VYINW2jpdA0zl45wYs5pXlJCZr4fFiry0n"
    "BW7C5SR/5WjXE/bcW6vnJMpgyEnoGrUmXYGV1jQeCTlexVpExqPCQa01nEGdQAbbtEhI2h"
    "HsIpXDvERog1g+xESH1uWGPkjor1phsqWPfIW1TAw26FYbbEErmFJe1RqHMIjvqY8qzClV"
    "c5Y5OCxymi5yyQlntmxPyCrKuBqW4ftCpoQpdIesAQ0ge2p9H0FPOKRLkWwToDLKwDq4bl"
    "WGLUWG9SotylgmF+8sUCthjAm4h3OOYAv+wHq1dENU2gBVHBhAPcaGxlbTkg+NrfqKT6Cx"
    "1UEbWwmW7/7cfikGMpTb6hNLI8nUx2BxVhdMsVdnLXKpr8ECGoOdqCwKDsQZMZXhOb5s4a"
    "epRZ/DnzYUPPuik9+a2c0BBtJ7Pu9SVUuvas5RzGuVtQ5Zh/kx91WWP9JXxSxXQHwuG7uR"
    "9R/Lw+ERewdquTg+7Tar5qc/3t/e8Lm4/TP1EUkdqFVFmZeLG0WuKn9uWc9Ty7SmeJTFZE"
    "fdTiIk+X7reF5LdqjATZeeuBw563kx/+FN7uex/7R5dvefrz59OlLJ77ODI8bHNBN3cMHv"
    "Lo5kUvTZ5cbofAfLzuPQpuTYzpp+giDee0XEW4GCjldCx+tEEdrupCZxGQLbTLVtJuKEG1"
    "EvhOYNpgIBdNb6dMRye6AxbH82EqlYXh7DyWa6S4/W+AnZ8U7NwFUwGFlXI1MPKEQ22gWu"
    "5KmgHBCUnD0UDC4KQ8lO9lWUeemAsSR+K2eLPbmkC4czQOA3dgALolUQrZovWmVHBEjvVH"
    "CwXnsVmi3gU29VuAQxbhQLICpg8E919U9dz8HqVS4VMNS4aGpjOFbiFKx8QKm8ZgY9KaH2"
    "yXKvj05bMxP0lmnTL2Dd/Pzp08Fl2kdKbItKu6C2WUpcUP41WNjZxp2oUfce/uNPd8jLTz"
    "URcv4xWFylAx2vq13j/Y9xRdcZYULtdYnNNgm2Xd53fVWKfXbrI4sEzxZy3I3FvCkrDLYo"
    "2lB2rGfkR9YzCdg/cbSxHIuOT4nYUAhyaLwbWgtEr1xaOAotzwkjK8lDzKzAox8TWStMwu"
    "jbM47yqT4TxOQaP0tnVrOYnMSCBEzbXq6yK6PbujP0bm4QR26wlcrZliAmCpxHyowf0ybE"
    "0ZN9LNsQR7+1dlwbEZokbAY5H4v+TMXkWRkKSXBdU2fMUZd1MguMSb7OYfM2X9Oa1n7phX"
    "1h7JHx3zW3UEw7jSqUPzGt0lk9Tk5fn7WEyInK6YB1yoeuNzxsfDlWgVBzMAlirIk8RnnB"
    "YT+poW7r6WH2gBz3txgTVWeRQ4O/qJO/WHNbDvKk/ZKuhIJnbfZO29N2v44e8oErt/D3WP"
    "B1ftQOtd63nVC+EG3VtXWp2AOMyBBw1eXfdWn1SK9qri7/rtbskUYhRFkdVwXDQq/TQl82"
    "8gZROy2Qo9jlnoeDoXU1NPp9Rz2vUDHJVwGDkXUysh5u2x219Se8xdF90q2h7r1xF7Q5cW"
    "ze2B671k56P4xyJGae5gh2bKKyMeBITI1CzmbP79AZLa08v1Ga3hS3hAzLZZCBTA+fwkoW"
    "N+n6nyoKWpX1aVW2W6rX/1TB4BOBT8T7RPfuBi1jDy3F/W0rb7f5Q2F2oQ0tb0/X7Un+ln"
    "geZ9cb+Cg+75TuOm9Jd53X011bhzyiaOc5rhTNHMy8rbvhW+Bm65kMzWUMzOhuM5r5Hf8K"
    "5Ho5lzET1vRTb+vsSL14HNrIZz9e9HR8pUFgCThhe8Ds2Xm03QH3Dpe9kFJAV1ETTu4VTt"
    "et8Wd3l1xAcyaglgdg5S62coc2Dg1l1RoFSGUr++j3Hlbm0GBlTa2c3I2JWr5u5GZ5fRUF"
    "TX6klfXQYuYE7i3II56AkaH7xZkuVRTQ/aJX94vDllLcPyO0OxOkw5PXZ215cHYF5L8h/3"
    "2A/LeB2trSevqMdooCwDIUfBedfBc99kCvdvgheES+YMHP32pb850dpms1vQrWfVj3T33f"
    "cxSZPwnkduKy6w3kd4SDuAha4d9l6C0QQHAHgpNng71xQkEtaMsuZwUFHuKrHiKkMQ31Ev"
    "UtEdEz63LsNk42dOJQ9Vbm4WBnTe1M0BN9xilauQoGG2tqY9iROIMdCR1McOQ7ElfxEkfv"
    "/Yi8nAmyVMWbs7Y8FbvMRvQ6rFvzCUhVTZWqouYWyWua49AcYGCsP0qyihImWZZYIAzkeI"
    "StoHjxFbkCp7FFml9ADKR4lGm8RJGDPenSTw4GR7/B0W+HtwYESJrfWhAgHdwEvQOkLqfq"
    "jBkhIYLdzZkgOkrfmLVFRsUl2oREpxIP9TzYoznSeUIklHTESxAT3cTLyy5u4uVls5vI3u"
    "Oind1OKtRJLzeQ3VHKY+knRsgX+H/MX2xw/ArIqTReYWQM4n0fVI/2x/8Dq6PpFg=="
)
