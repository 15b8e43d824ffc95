"""A table of records that could not be taken in."""

from tortoise import BaseDBAsyncClient

UP = {
    "sqlite": """
CREATE TABLE "record_problems" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "identity" VARCHAR(300) NOT NULL,
    "record_id" VARCHAR(255),
    "code" VARCHAR(64) NOT NULL,
    "message" TEXT NOT NULL,
    "payload_sealed" BLOB,
    "payload_hash" BIGINT,
    "first_seen_at" TEXT NOT NULL,
    "last_seen_at" TEXT NOT NULL,
    "times_seen" INT NOT NULL,
    "resolved_at" TEXT,
    "resolution" VARCHAR(16),
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_record_prob_channel_705feb" UNIQUE ("channel_id", "kind", "identity"),
    CONSTRAINT "record_problems_resolution" CHECK (resolution IN ('imported', 'dismissed')),
    CONSTRAINT "record_problems_resolved" CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
    CONSTRAINT "record_problems_seen" CHECK (times_seen > 0)
);
CREATE INDEX record_problems_store ON record_problems (store_id, id);
CREATE INDEX record_problems_open ON record_problems (store_id, id) WHERE resolved_at IS NULL;
""",
    "postgres": """
CREATE TABLE "record_problems" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "identity" VARCHAR(300) NOT NULL,
    "record_id" VARCHAR(255),
    "code" VARCHAR(64) NOT NULL,
    "message" TEXT NOT NULL,
    "payload_sealed" BYTEA,
    "payload_hash" BIGINT,
    "first_seen_at" TIMESTAMPTZ NOT NULL,
    "last_seen_at" TIMESTAMPTZ NOT NULL,
    "times_seen" INT NOT NULL,
    "resolved_at" TIMESTAMPTZ,
    "resolution" VARCHAR(16),
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE RESTRICT,
    "store_id" BIGINT NOT NULL REFERENCES "stores" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_record_prob_channel_705feb" UNIQUE ("channel_id", "kind", "identity"),
    CONSTRAINT "record_problems_resolution" CHECK (resolution IN ('imported', 'dismissed')),
    CONSTRAINT "record_problems_resolved" CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
    CONSTRAINT "record_problems_seen" CHECK (times_seen > 0)
);
CREATE INDEX record_problems_store ON record_problems (store_id, id);
CREATE INDEX record_problems_open ON record_problems (store_id, id) WHERE resolved_at IS NULL;
""",
}

DOWN = {
    "sqlite": """
DROP TABLE "record_problems";
""",
    "postgres": """
DROP TABLE "record_problems";
""",
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    "eJztXWtz4zay/SssfdncKt1ULMcT736zZ2c2M5mxp2xn72ZTWyyIgiSOKVIBSTve3fz3C/"
    "BNEKQJvgRB/WUeEg8knQbB7oPuxn9mHrE999u3W+S62Jn9xfjPzEU7TP/BvTM3Zmi/z15n"
    "/w/Q0omutOJr/OiipR8QZAX09TVyfExfWmHfIvY+YLC/GG7oOOxFz6IX2u4mfyl07d9CbA"
    "beBgdbTOgbv/468wOPYDbwDpFHHOwdZOHZv/5FX7DdFf4d++wy9t/9o7m2sbMq/QZ7xaDR"
    "62bwso9eu7Y3H9zgfXQt+yJL0/KccOfm1+9fgq3nZgDbDdirG+xiggLMPiEgIftl7IsnJK"
    "Q/Nv4R+SXxtyxgVniNQicoMLE089dmpnlz+2Dev3swzZkEd5bnMt7pV/UjAjbsK/zvnxeL"
    "8/MfFt+dv7m8+P6HHy4uv7uk10bft/rWD3/EXyZnKx4q4uzD3z7cPLAv5FHjxlZnL/wRYV"
    "CAYlRkjJz9oskqZqATi4iNwME4a9CfyVsj5b7JHOkLuT3y6TmFQXbod9PB7ibY0v+eLxq4"
    "/vvV3dsfr+6+OV/8T5nwm+SdRfQWo74w0X2T3nT2k4Doa89zMHJrJnwRxzG9pMCxqE5vhh"
    "GobprGt7eforXE939z4nnNTeqbnz9fv7v75iyinl5kB6W5nhOOHMd79s1dGCD2BX1J3kXw"
    "CenPXjla/nfIRRu8MpcvcktLEaXhynLZYmG5rF1XLvllBburvZc8/9pyXMRMx/BsNgm/F9"
    "9914JhelUtx9F7ZZZ9HAT0K/jmVz/2rMpUf6SviqmuADm+V7YVGP81HNuveDBHMLMbiH54"
    "94+H0kKS8vvN56t/8NS//XR7HZHj+cGGRKPMPt7f3lzzZqBrsZSjkgEmnOYEo9XLNHP97E"
    "2LqX72pnams7cEDJv0Jwjn+QP+vcYt53EaLCu9JvfuJXnn0+3N39LL+Rlfpt4jK0xMKyS+"
    "R2So53FAfTfqfXPvOQ51PZDgYfrzw9u/UvYCe4cbrMANwa/1yQDfpv9oYZfECz/GBf+vVw"
    "/vHj58frcoGSV99Rt+VWIv3j9cff5i/N+Hhx8N9l/jn7c37/jnQnbdwz9n7OugMPBM13s2"
    "0apIR/py+pLI3gTTn2fZfW1eGQbsrqjdbfcJu4FHXsx96G+7mr1mFLC6olZ/pG+45tojOx"
    "nXsYzq9FBVzJxj+44O8gMTEyLnvpRR4LxIOy85gd2WswoeFjJFFzKLxldB16dWGTyAjY9Z"
    "jFDYyOF+1d3IZTAYWVUjR3umpuzeZxH1+g7oEVhzuk1Qtv+8fhTugWb712VDvKev2hv3J/"
    "wSGeMD/eLIFe53xtvw9+kwR2aDP9JZlr6aP74Jes527EuTj/74FXZwvPNzR++Guw9vKcuM"
    "5CWyHp8RWZk1bBe2jk36SFrRSMqmP1e0O5eM9P6nO+xEe3C13H/OB32bjamRLcpB7G7vkc"
    "D86i17svYhGuijt9SWqSxQ919cy3S8TV/G0gHv6XifvI2uxMXCVj+ubtkYWhNkbm0/ml0k"
    "dIcg68d4uLvQ1ZU2ppTSR8OeePRH7HpydhcN9iUeS1fG1ph68/tw6dhWnIbSj7P3dLgv+W"
    "i6suat1/3XLzaGrgT1dx7auQ1q6kBVbpjn6i28gsda8mXLbxUEGRSgV7yKWxc/ePSPVwl9"
    "G4+lEakNrhi9eG0Pw1vJJ3sbjasRh2wa7hY7bmImSXLJcAzcFAdVU8Zr46XaBPKasC3CDJ"
    "xPbuX57I/UHJBKro6KMjfqU8kjW1X4b9hfS67XMMVz+ORxH9ObLjB9jBwsnOUuIi91GYgc"
    "lE9ifgmwf4SUN03gJJ0wU4Ips9cfbq7ufhHvs10L0g+vf3l4d8VZYU2/DyZ7Ipluy8E0nP"
    "Aj5SHKkHyITM/QtbbYesTptzk6lpOv33FDsQSGTWNFt5rw73ubDtfNxmUw2FhRG0NiwAkY"
    "GRIDTsDISfArnRpQxkFywFDJAQUxol96QKFK/8js0DZBoDwFSykCb6/u31799V1ThoCUAi"
    "unisWZGVUVLMvYqFW9opyHEUQuULRUufXnDYqW5a2kQtD0+mEi0MMaoBR4vvm+ReD55vva"
    "wJO9VQ48o78lqE2v11A7WbSqV1401CsvqvXKVkgIdi2pyvsiRkOez9tosvWSbIVhL3QDIk"
    "dwDtGQ3zaad73kXVG8WRjyb8+VWiWKGA0ZHn4ZTr6w6SB3E1LfSYZsEVZD0gdu15GyJd9J"
    "ooqEVhI9WklAOyZoB6Th+gJK8AmIhKAEa2rkihDZpqIm7e3ZL59TP30SimY6MbUn3iq0gp"
    "40fYlH0Zwkc4cCa4uH4eozG0tXwvL8X/oXsftSliX9vksVFb1J23lPeEf/PRRtn5PxdGXO"
    "Cv3A2/WuAXmbDKMrTVDnBwVrUHo1LUFQelXPjU+dqVXIGun1Z+k+HUtfutDeNgPvEfetCr"
    "3a2w9sGF1pCld2MIzfecWGautzHgtXI6bepEWNglNL8nLH+lNLkvLK6CJIwDm5BBw4nWSy"
    "AjPYN9BUUlYkuZh/Fp7I6tZJ0C/WWg+jxhbqvTUXZlm/lAF6pOhET9W9a5HenrZfGDq5Xa"
    "l1YIDM9prmd318ZsHN2tjBoXBHt2rfkC4pw3vVv6Yee/Toq34kIxC6OSjzcGrpehet180L"
    "50bQ0CFfXFy0SX+9uKhPgGXvlX3ylLWIKAnmedyEFfH77YtvW3EvmWMsiN8EtiAps57q9H"
    "oNjwdok2x8Vp9sfFZJNt7tpahNLteP2VHWiiVBcu13MgAQ3IpgO8A7c0O8cC/5HKwAgfBW"
    "hB+khElpmgeuYNoTm7pmO9sVndfS5GlzwEH0oEMTPaHTXdjuRA7zjTuaQYQGW3S1RUDvNC"
    "LZc6qI0W+5Gd67Rk/Ipj/dduxAalnncfpxPXxp328hcgMhz7ULShGi0UKyOPv+h+8vz998"
    "n60f2StNy0Z1iaDDr+xUOm5f9FsAwcR9feI6tvtYJbjh/Ljkeh247VUE2eHoOHuHNtiUZb"
    "yMAt7leUereE1AjpmTKV8S/MowveqDdbJQh/LgjedtnFy4tihRG0/U7qH+NmkYAu4Z+Xum"
    "qGqbexRsZWwhBIMVOqxcAf0+yzDo0MBAAIUVql8Dgzgucrr0MChCoY1B+zYGoZtR17H+uj"
    "IAtNVVNV8OkiL1NzI0UzgBIyd5SfKZryUctNXtl/xasUfVGNJtdVufmqWaHVonH5am4EAn"
    "72bxEEGu7wxxsmA1IfEhH1sj8xy0V4aabt6kFWXN86xNoiw3L2VyZkv3SwQeOH9W8JnsY7"
    "Iei5A9q8zTbW7UZ8926acJfTRl+twFdiCSPeoVwAwAqp+86lf8mhKcczBgXp55iE5PIDpt"
    "W2zR9ABvXW4BUWvzc70haq3xzvpFsFrXZs65YLZ+lip0XkxUAFqNJNK60NqAIao9HSMqKK"
    "glEAmot2JAJHDISMD3QiLqD1LvluaICSvjZgq4QEM4pDhAAtm2nuz0eqBammoH+YG581Y2"
    "/UTBIt6QEskDgXxp8te2g80t8gVpRk0nfRdAGpA+dq4v/biAzmIZigsQ7Qg+a3UU2FnDUW"
    "Bn1aPAbJ+yt9tHrnXVEXwlTaiInDBLKHvlaNOEksax0ZFfVdprnW8eNl3s/t24bvhgRRhJ"
    "I3/pqKYI06i4ZeIquZjGrnokh4a8N0X1SMiWUUt3hGyZIbJlWoiK5T5y9A13g8me2L0PXm"
    "Da4fvCaBpZYMxkjwptYlWWZ7ZRoS1ZdQy1dp3oxLnLAVqtMqvsvEGrPZhrqdqtfhjfMo59"
    "ROus7SLy0hQw+aL49CXAR7zOCnlMSoMyH5LG/dcfbq7ufhErXdeCUqLrXx7eXfFaF1sWZa"
    "d9AQSTfihPL3129HPzNOtgy/t4hZmn0K5xfDAg64QbTSTeTym93eSjJI8TK7qynYPCuvUa"
    "yXa6EWxRYCBjRV4MErrGsxc6KyMe7Vvj78gJsW8ggul1no8Nb03/gY34J8bYlc2O35kbyx"
    "cjvtsN9ku+nXE2nOxD4fgGhdeyJn8KeshKqf/jdNHLFpzWGywZQkOOh+9ptcRr+nSWLobn"
    "YFAI370QHq0DTOS7EZRQwH+PRgTZ0cpdQ+ccCpHEUJFETm3/eELHM6/5oKIyFZULLRj/dX"
    "FFYpvXggp2quLwkid446qsB03eOGSiQiaqyp5H1xw92VZgJZAGKWSQGHnwvL3hEyMhyxqy"
    "rE+B/GNMTj36FnaUuhV5MUkoEExe47wAhHxgOc7p565tshMtMq/P9AIUeJfgnUbEjo19aW"
    "WqjIOE4a5JHUvkY2nyCyBgvivzfiB5mkkG0CIW5fbW2njoi3oPfVHx0LdsHMtbSVFcAmng"
    "Lo4dBkV8EYyEezv1njkH04Doyat8CfGI9PQuozSgffQwPyJsh31fKMw2xPs8UAOyp57jUY"
    "KoGXgBEpx/3uielIHgonR2DiMiV54rCv5fNUCK06ZGcmL2955fc5pV4+GPBRQw3415axu6"
    "jybxngXJ7vXFdSWQNtQPVhgsSScQWXvMXXxwgczUzBFAZ+XAkLgJowSdBQTQWT1/JU5QlS"
    "K0iAFKq4VXX7ElN0WLECC0Ir092vu9FJ8FBNDJ07myfUTZQUSKUg4FtPK0PiPi0s+TcZqK"
    "ECC0ElARj/7KnQyhRQgQWrnxcRA9ZaST+ytAyO/vnt9PMP3ZPmNzKXVqO4/TQKLkNpVatW"
    "tbNLRrW1Tbta2wZa+kuS6jgOk2TMPpfifQysoPUPd+ZWUwtCtT1MZr27X9bVcjc2iwsqJW"
    "ZhKOix35pnQlHBQY9kgoYhXLsvQXUUD+UNWdEatVQ8gWdt6nwxyZDdoWdRYnX83JmYIlpj"
    "+vb/OBNGW2vKr2OJW03O6mX5dFvseOJtyLqu1T4WgIwr7EY+nE2OjF2ClndQXZBU5fK8ou"
    "aoBQmH2Chdm2KP+plvz0cp2cqcEU43VKWfvC1ORVDZPeRzlOoi4bu0kHnj4RezKOh88J7p"
    "ANfJA8YEUUiyEygZ9Yg0IZwjOABkr71GT7+AkTO5Da3ihitJjho/YhgYZcKko20JBLn4Zc"
    "6UG91eivcIRvbdyXdDId5fCBTBj0H0M4d0CdhWHeEAAyU8k8DOPLNXwOjtIB1/ZNen/ZTx"
    "0ajOQ4aC/SvuXCJrCl4sP0+k4TWrG9Vi4AbxMcntUHh2fV4HAvRW1yuX7MjrJSLAlypcSj"
    "DAAEtyI4beEe8STBM4/Tj+7h+5JbISHYtaTC7CJGP47PW1B8XsvweXUy2xY2d7brETnnmQ"
    "NC+XjnhBTEOnl2NYMIDbboaouA3mlEsuFQEaPfcjPCku65q5qK/cbz0ld1BfsasDz8/otj"
    "u48yewHp9TpwO/VegL1DG2zKMl5GAe/yvKNVvCYgx8zJ9OXPUGkeBoquuhddbTxv4+SHXl"
    "mUqI1HBN58/W3SMATcM/L3TDEIlW46LwSDFeStkPwAs8tpFiKsDjYY91ALtMbBi+kHniV4"
    "SDdEV2WYRpHV0I12oACx98qicNlS0synm5HLYDCyqkZue9Jpkx7V+qzTY147oWRNb/KhZG"
    "3ikjXBqtGf48/5oIV8puNacNryXb/s9ihqSwfaocDa9q1qS0zwmY2ljx3EsTVBrh/TMQxp"
    "D/mAGq0ZZQ3VfcIuXTReTPoXsXvXUKbDvaOjvehP2s57wjv676Fo+5yMpytzHllhYtpB79"
    "rTWzbQh6BV3ekxrmk0vMDkaYi17C4fSdtZtV5j0ndCsTF0Imj8BPbYp6jNYs9cjtdS2VNH"
    "J7r2tYz22ZVreHtmIY/8yTcIXS53S0zwyqDP6mdM/mI8b1FgICPpMUCvCd1HGnq7xv1PPx"
    "seMf728OHG2GF6ubGm/w22tm9EfvO3M47xsT+rOQe/4Fuy/z7iF0jJVydWnRv1Kfmc5Vrn"
    "25ZhGqbony/aZNEt6tPoFvwGA7srJChOLteR2lbl2ucN5drn1XLteJmT7ifJwTRkG1pKgt"
    "jfTezvKvCDqA+i/lGSD6L+aKJ+VsYsWGD606q9eN8g2CtRIF6Un2ujbE6jfjXWLorkrQLu"
    "etqF4Wth+mWZUhC2KrMazxvC1i5Zcb2z4VRblEdNhwvswJFqFZQBdMg0nD7bM/+aEpxzMG"
    "BennlIW4NIdsxIVjWLKhFNHcDxV80OR+/5c/kTgv7AlQSL+gbBfGrH2O6+Z8VhCLj7yiwX"
    "je5+ai8Zd7+AmbB75Q7FTX6OsSKYUrQVdoapneYFBJzqVz1ulqWzYLnjZnMIEFpzwjT46u"
    "Crg68O2066kA/bThPXkkD4OUT42aZSZIr4M0tEbwhBi8nqLaLQLFd++DgUAk5Vlt25FgHn"
    "ZPtLo4WbbEkJkHzQmeMgUqoLPaW5rQKB3Eo7CxT6UjvPGUDDZWH47n/0UStqcdmQw5sCND"
    "ikZoLcXdcTda+s32ROr9eA3ak3lyFN+gQEq7xQVFo0qUAhWbqragWyIciGp0U+yIYgG6rK"
    "bCvZUPwQ7U+vhg0XeH4rjoOSyuz9i2u99dy1vZk1aLOFq+at1FmfAhhFFAEC7YkKtLZvYp"
    "fxI7LCK6edFYBw3Fn7484O2SBXaz3RCwPTW8cMmcGWhqZbT3S4e30YWTsAkF2Zxezh8W9M"
    "vLqJ3Lh6CNCwhLRfQiCB6wT0sKTDkLQUUMYNs3KdiKdUkQJk/P6K5apmu3Xxg0f/aBd/vc"
    "2HOSp7tQ2+yhO1RUnGYMHUJ+/VSIpdMm8fRjkexFA6rwzzhhjq0ZY7BTa9XsNd7OG7fdE1"
    "Uu6QwAygIb3DJwnEfTRlYqQMADFRJSZKMiPbRvTJ5UBkJTOIiZJkJ1XyU8IApTyla2QLRb"
    "5aPnMAkFnZJGeJaDJk5gAgkycTEyLKU6tPpMoAkEklnUlFvSPSWTkqg0E5UlU5Wtuu7W+7"
    "WplDD2BmNTeHj93KKumDh46SVEgWqlX9ZPMueuh+atxZwyt/U6Vc5CkvVXmwlA5TqwsWjj"
    "sZXg/8NR6eDezYLjbhgAClFod5g0iY2atig4ZKuAJGQzVrcXHRpirj4qK+KoO9V3Zwo4NF"
    "TGnVkINpyPbw2mGcJ9FBoC3BgOo2VD+GUhTHl+vQx3KCJWMT2FIFyun1+tE7fG0ytL+dUt"
    "35LUQuJVDgZNR6eUWITrHgcM2yXDsw98S2sLmzXZFS2eREi9BQnNa1NirwAuR0MQMHBAt0"
    "tgB9XBBJh6+I0WFVH9vZg93PEVpNuBZ25DZASxigtJLssLX3eylCCwigs9ppJgiJK8VnEQ"
    "KEivw23/zqi5pPfaSv1vtrOYrf+7KtwPiv4dj+EfoLvWIRPuyYl7ezPt7f3vCxSCKEd+vk"
    "AFtTR9vFQbFpr8TWYLZr029j8DYd5sjuAclqbDj17hBdBOr3WwtbiNXOnoLc4etklPc/3W"
    "GnrpVjQ2NRPYzAeXesHWB8BF8/xu7ykTRaCSqRBZsL8S56P7ruk7FatrE4Gr5GzIEozrBq"
    "FgQ3/2rzIIozPrpwjESIrNEJHESjnj/EMNAX+IB7b7AbNLyqsMLMk5KSaYoQkGmqupeDkV"
    "wxRREChFakbuiVqn/uN6bsdTRxEQq5/Yra9+C9cFW7b09ORj1dA7ymox6gu6VqxpAUVF9t"
    "bwndWTU71Olt6AfeLtJKeAEne2veoN5YyUXQ0+ZEBZodIo842DvIkiyjKME0lGmG73Bjr3"
    "CkuZjR7xNNeheRl7pJz2P5NoovQXwK+JGR3jShkwSEzI+n3F5/uLm6+0WcOn0tSFi4/uXh"
    "3RXv7NHlznORY/oYifvhNhhCAO5oieMJqMYyBCgYJxDhQgvTEzAypdzvrFMVsSBUKWphOK"
    "1GHXUETqtpFbW3OK2mTS5UpK30zE5pm9Cn5to1aVZKTFVNV45GLSM21PBCxq/Fji9pR5Ms"
    "hRESUZRZMuegc6igc1RuEQm+RVgNSR+lvUHMmRvulqIc9HrOeRzw3Y5v1tkkFPgFzS2rQ1"
    "FPZS04bpPXtqjPa1tU8trSxUCe6CpSQ8LPWh12fdZw2PVZ9bBrKyQEu5ZU+6oiRkOez9s8"
    "IOufjzzDrNmX36W3AQeEeLpzuocfLjt3mKhioXqusx1YoTj9Wp3sUMGCHbragTXu6NJspQ"
    "gD9ruyv7J9ywvdoIsJqliwQ+e7AJoOHToNE3bm1diZZyVYonZ+zUVb+vTzKwcAly0CgMva"
    "AOBS0PYpYFWvW+Rv5RYaHgkhQOelBgWMScnKxBJIg0NJOAGnlZ6waNATFlU9IaPMJBgJe/"
    "TUtwgVYTVgvVeDni5HwbBzKzuIlWXYhMSzT8araSb9CC2cGW/SZx2VUTDLpWd5tEfXMQWp"
    "hIUUJEVTkFJRv1dGoXgQsLmqNocUYf2NDCnCJ2BkOMXswBFvWuonb4EyEOTNzttdkEM9Lf"
    "mQQz1BDrVgke/P60kfjVjDbaGeuye5hZGOa91uTW75kVVil34H4+bnT58ksv+HaFCpYxsK"
    "QfppLBiaW5utHC8DUHYfDfhjPJ6u3KWdUAdqgqoTTVKlJvxs3KMXx0OrJlpvXfzg0T/azc"
    "Yv8YD6rJx/dKjOSW7Gu1DUN5a/Yv7qGbrJWmGSsGUH2dmVQQPTcMeGMZ6R82h4T5gYyEie"
    "qX/yjT3yAyMuCPp2xhHUAQ7tTRT28udGfdlPh0NL4bhSib0um/qZ3XS7IhTkd1VFu5D4cv"
    "uYOQL2MKX3MPMK1jLdzT0gRdvz0B833f2RYLOAADorx2zF+ywSdBYQQCdPp3SCCOSGdF9X"
    "YRf5BHyVte3a/rarlTk0eKSKWhm2kdXaR4MdnyF2fLJz7+q3JMZuuZMqmzWKXkH4fEXOSz"
    "XXdlLewxYXdDeH6W6U8ZCp2Ia3NpAby3BzY+0Rg+C9g16qgl7XQUDWU3jRmTfIeskc61Yn"
    "VsFCmVjHMjGCLWw/dXW5ODR41qr6XKqc8HwiC1/F25JxCl49izjd72znlXU+ifigtmrrkb"
    "1+DvGwPlY5l6HG06okPLzib5UzLlp5XfVEgkek8MLQ5BGtibfrUOTHwfSr3R6+Kxl9UMrz"
    "XAJpuLU8QvM3FPpSO/cZQEN6h9+5p48H0f5DQ+17CtBg/2GCunfXE+Wd1G/vpNdrwC7s7q"
    "i0kEAMCpp/F2ezQfOviSw7Hcx4hDYYKbqcSu3PksSr8Wcxf7w26sxy1SHUPM1Qk+A1Zv1+"
    "pbzzEmgYJ+ewpii5kG/ahD9v6sOfN4LwhxBbro97AaKBFzlBr2u2cj2yFrLyPfMFUO04Hy"
    "UuOrZmVEcc4kMjqoOGo0u5HvollAa0T7GWsBbgXQP/MhgCf1UDfxo22U/UdexoZh4OiZ2K"
    "2hlUvBMwMnT6OgEjg1QLUq0iNugt1codFZtKo0P0i0m1WN1axkygbEeU1avbKaOvKtyxGY"
    "eXuX/NPiG+m9MOQ3CWrDpr6rxBAP8tRG5gB4L4vtYARYhOT7fB6mHzu6Cr55BDdSL4ACey"
    "xUufbJfKMhBMMJQHV3xU9HPiNOwOxvtx3CwU77qLl52BnGTN3LUaRzlfa6W95RH9vzts0e"
    "/3hXiUY5EDWH6/yQMk0ZXmPr50FBewUDj7SI3O/rZXOHYSwA9UZmVu8gNTu7Xd40mv13D3"
    "8nzRYnvnfFF/SvKC39zJbgYJgosYHUlutYl23rCJdl7dREuWOtFK0pTNUwBpWDRycdFmt/"
    "Lion63kr3HH/u3kqtnSK7XcCIPny61w75PfYIqv/WJDgWIFhRPnecANfhSNhirBj+lUv40"
    "UR4JB3t0VU3WNvEDOpmx27X5FIeHzU1VNzdZc5kelubhYGhVDc3Y9yNTScj8ZZBOIuhgQj"
    "81kef06BlTQkM2l6J3T2SnUPZ87TJKv7hy+BxvaId46A0zONNtWvKbtsrgTLdWm2Rwptsh"
    "z3Q7yNbYe4xXX8KlY1so+fH85hh/xbxhe2xNrzX3+cVjb5A5yN2ETKuDjTFl1uF5w8ZYZi"
    "8J36+I0UKPLbt+ly08v8tax++S9/v2KBCoffVid3q9FsxOrXTjAG1kpnJ6vRZkc9O4zQ7k"
    "Zf0G5GV1/9F7ljnxJr1cJ695QG1lHfqivZh6OnMEnNHC05ltQrX3IzKINmxOHE9HXmX3Yz"
    "x4OOjrqiqE1hZbj53rPUtgMLKqRiYYdRb6EYj8ilsXxGe19E9Q6jQ4i2e9jgSwSmv46PV5"
    "Uzd4dsXYStyeeKuQjgxCnDILwrxBiEunuf8YyggYHExDHWOUDF/bN+ldZz8JdM9rz3Mwcm"
    "vmfBHHJ0JS4Fhsp/fDxImQt7efSh7O9Qdeg/v58/W7u2/OIu7pRXZQu/mKlD/dfbay11Hr"
    "y2A2ycwePsfgiT5WhIkcTet4ATSdg3emwWJeWk5CshGWfr62nOS4CZeT7JWjXU/Yc2/TXZ"
    "MogkGTUDVq9Vl9cKc1jUeCxtsxZ4rx2KGJRgWnUcXCYJsWEUl7YlvY3NmuqPfrq1OcQ2vE"
    "8iEmerfupDkS5E9FHyT0V61tsqOP/A5rmRis0a022IKWM9V5VasdQiO+J17ackq7OcscHB"
    "Y5RRe5qBO8KVu7XkZp1818+Pr1mLAOVewVoAZkT53fB/uYh076iXeVpA1QxoEBoIrpWMiH"
    "KiaoYlKV2VZVTILluz+3X/KBNOW2/MRSKO/ko7ecVbNO2KvzhpyTr94SjoE80dwS6H44Yj"
    "zoIFe2ek7XyrnhW0t6z67caY8ZQEN6zxZtShPpVfUZI4tKeSIiG9/86os2WD/SV8Usl0C8"
    "IGhbgfFfw7H9I/YOugkavHYxL4t8H+9vb3hBI3mmPmKp7qlllH7dV0bJ+ZNvUtuzRa3SFI"
    "+ymOyp20mEJN/vkOM0qEM5bjp54mLkXI3zxQ9vMj+P/afJs7v/fPXp05HmTT4jO2B8TDNx"
    "B8+a3IeBTF1zerk2yZKD7f/avknJMdGGfoIg3nslE7IEhWRIiWRIFAR4t5eaxEWINslxwy"
    "UyEORvRQXl9RtMOQLorDQ7CF2pxhHJ5UCkgMiONbohtLFVPX9jYz9hM9x3M3AZDEZW1cjU"
    "A/KxifeeJdkCngNCOlyPDAYL+77kMSpllH5ywFh5Umu0sx050YXDaZAlNXYAC5l/kPmne+"
    "YffQbT7y+9U8HBeu1VKLaAT71VYRHMuOmYRV4Cg3+qqn9qOcjuXipQAkOhgKI2Xttuj759"
    "HBqsrKiVD5gqr5hBTypR+2S5VydPWzET9E7Tpl/AuPn506eDp2kfKbENWdo5tfWpxDnlX7"
    "2lmW7cibodJ/D3P91hJzsaQsj5R295FQ90vK52hfc/xk26TgkT5l4X2GxKwTaL+66vpmLP"
    "bl1sEO/ZwMjaGsybMnxvh4MtZcd4xm5gPBOP/dMOtgYy6PiUiC2FYETjXd9YYnrlyrAD32"
    "CnGRqRDjE3PId+TGBER1l+O+Mon+ozIZlc4Wfp3KhPJiehzDGLydU61ZwNtpvrhYHl7aQ0"
    "2wJExwTnkZTxY9qEOHqyj2Ub4ui31o5rI0IRwWaQQ4boz+wonhWhIIKrKp0xR13WycwxOv"
    "k6h9VtvsY1rf3khaQw9sj4b6st5NNOoQrlTyxXaVaNk+PX5w0hcpTldMA65UPXGx42vhyr"
    "QKg+mIRkrIk8RvmEw36phqqtp4fZA0LWb6FNujqLHBr8RZX8xYrbcpAn7Zd4JRQ8a9N3mp"
    "62yTp6yAeu3MLfY8FX+VE71HrfdMzzUrRV19SlIgFooRBw1eXftTkal15VX13+XeVwXBqF"
    "kM7ZcWUwLPQqLfRFI28xtdMSo46twnk4GFpVQ+Pf99Tz8juKfCUwGFklI6vhtt1RW3+yd3"
    "ZwH3VrqHpv3AVNThybN6bDrjWj3g+jnCuYyRzenk1UNgacK6hQyFnv+R1a0VLK8xul6U1+"
    "S8iwXARpyPTwEla0uEnX/5RR0KqsT6uy/ap7/U8ZDD4R+ES8T3RvbfEqdPBK3N+29HaTP+"
    "SnF5rQ8vZ03Z7ob4nncXq9ho/is1Zy11mD3HVWlbt2iDziYO8gS4pmDqbf1t3wLXDT9UyG"
    "5iIGZnS7Gc38jn97cr2ci5gJa/qptzU7Ui/e9k3ssh8vejq+0iCwAISj19t3B0wcLnMplQ"
    "FdRk04udd2vG6NP7vbaAH1SkBFB2DlLmbnDm0cGsqqFQqQilZ28e89rMyhwcqKWjm6G6Ns"
    "+aqR69Pryyho8iN/vB+0mNH/3gId8QSMDN0vZqpUUUD3i17dLw5bSnG1tx+8R+zOqop49t"
    "a8QQ1He9sM2FWghIMSfupK+CiJn8ST02bT6zXkd4SjWQhe27/L0JsjgOAWBEfPBnOLfEF1"
    "UIPuXUJBPv6rsjcEticQ86iVNKymH37sNo4kvtDveivzcLCzonYm+Ik+4zpauQwGGytqY9"
    "CoZqBRqWCCY9eowpUdvHMD8jITqFT5m/MmnYpdZmJ6na1aOTJIVVNJVdTcog3X+jg0A2gY"
    "648iVlHCJAtVcoSGHI9QpRIuv2JL4DQ2JGvmEA0pHmUar3CAbEe6GIiDwWFAcBjQ4a0BAZ"
    "LitxYESAc3Qe8Aqc05C2NGSJjY1nYmiI7iN+ZNkVF+iTIh0anEQz1bvddHOk+Y+JKOeAGi"
    "o5t4cdHGTby4qHcT2XtctEPvKQmGk8s1ZHeUgin6iQF2Bf4f8xdrHL8cciql+IyMQbzvg1"
    "Zp//H/ezDIgg=="
)
