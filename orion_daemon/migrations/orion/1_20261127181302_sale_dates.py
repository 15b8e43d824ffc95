"""Sale prices hold by their dates: on marketplace products and as overrides, and how far the sweep for them has come.

SQLite cannot add a constraint to a table, but a column may bring one; dropping the column takes it away again.
"""

from tortoise import BaseDBAsyncClient

UP = {
    "sqlite": """
CREATE TABLE "sweeps" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "swept_at" TEXT NOT NULL
);
ALTER TABLE "marketplace_products" ADD COLUMN "sale_from_at" TEXT;
ALTER TABLE "marketplace_products" ADD COLUMN "sale_until_at" TEXT
    CONSTRAINT "marketplace_products_sale_dates" CHECK (sale_from_at < sale_until_at);
ALTER TABLE "products" ADD COLUMN "sale_from_at" TEXT;
ALTER TABLE "products" ADD COLUMN "sale_until_at" TEXT
    CONSTRAINT "products_sale_dates" CHECK (sale_from_at < sale_until_at);
CREATE INDEX marketplace_products_sale_from ON marketplace_products (sale_from_at) WHERE sale_from_at IS NOT NULL;
CREATE INDEX marketplace_products_sale_until ON marketplace_products (sale_until_at) WHERE sale_until_at IS NOT NULL;
CREATE INDEX products_sale_from ON products (sale_from_at) WHERE sale_from_at IS NOT NULL;
CREATE INDEX products_sale_until ON products (sale_until_at) WHERE sale_until_at IS NOT NULL;
""",
    "postgres": """
CREATE TABLE "sweeps" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "swept_at" TIMESTAMPTZ NOT NULL
);
ALTER TABLE "marketplace_products" ADD COLUMN "sale_from_at" TIMESTAMPTZ;
ALTER TABLE "marketplace_products" ADD COLUMN "sale_until_at" TIMESTAMPTZ;
ALTER TABLE "marketplace_products" ADD CONSTRAINT "marketplace_products_sale_dates" CHECK (sale_from_at < sale_until_at);
ALTER TABLE "products" ADD COLUMN "sale_from_at" TIMESTAMPTZ;
ALTER TABLE "products" ADD COLUMN "sale_until_at" TIMESTAMPTZ;
ALTER TABLE "products" ADD CONSTRAINT "products_sale_dates" CHECK (sale_from_at < sale_until_at);
CREATE INDEX marketplace_products_sale_from ON marketplace_products (sale_from_at) WHERE sale_from_at IS NOT NULL;
CREATE INDEX marketplace_products_sale_until ON marketplace_products (sale_until_at) WHERE sale_until_at IS NOT NULL;
CREATE INDEX products_sale_from ON products (sale_from_at) WHERE sale_from_at IS NOT NULL;
CREATE INDEX products_sale_until ON products (sale_until_at) WHERE sale_until_at IS NOT NULL;
""",
}

_DOWN = """
DROP INDEX marketplace_products_sale_from;
DROP INDEX marketplace_products_sale_until;
DROP INDEX products_sale_from;
DROP INDEX products_sale_until;
ALTER TABLE "marketplace_products" DROP COLUMN "sale_until_at";
ALTER TABLE "marketplace_products" DROP COLUMN "sale_from_at";
ALTER TABLE "products" DROP COLUMN "sale_until_at";
ALTER TABLE "products" DROP COLUMN "sale_from_at";
DROP TABLE "sweeps";
"""
DOWN = {"sqlite": _DOWN, "postgres": _DOWN}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    "eJztXWtz27i5/iscfemeGZ1MLK+zab/ZrrebbGJnbG9PtzsdDkVBEmKK1IKkHbfd/34AUr"
    "yBIEXwJgh6v+Qi4YGk5wWB947/TDyCPffN9dpyXeRM/mL8Z+JaG0T/wb0zNSbWdpu+zv4f"
    "WHMnGmnHY/xo0NwPiGUH9PWl5fiIvrRAvk3wNmCwvxhu6DjsRc+mA7G7yl4KXfx7iMzAW6"
    "FgjQh947ffJn7gEcQm3ljkCQVbx7LR5F//oi9gd4G+IZ8NY//dPplLjJxF4TfgBYNGr5vB"
    "6zZ67QqvPrjBj9FY9kXmpu054cbNxm9fg7XnpgDsBuzVFXIRsQLEPiEgIftl7IvvSEh+bP"
    "wjsiHxt8xhFmhphU6QY2JuZq9NTPP27tF8uHk0zYkEd7bnMt7pV/UjAlbsK/zvn2ez8/Mf"
    "Zm/P372/+P6HHy7ev31Px0bft/zWD3/EXyZjK54q4uzD3z7cPrIv5FHhxlJnL/wRYazAil"
    "GRMDL28yIriYEuLCIWAgfjpEF/Ji+NhPs6cSQvZPLIlucYAtlY30wHuatgTf97Pqvh+u+X"
    "99c/Xd5/dz77nyLht7t3ZtFbjPrcQvdN+tDhZwHRV57nIMutWPB5HMf0nAKHojp5GAagum"
    "4Z3919ivYS3//didc1t6hvf/l8dXP/3VlEPR2Eg8Jazwi3HMd78c1NGFjsC/qSvIvgI9Kf"
    "vnK0/G8s11qhhTl/ldta8igNd5b3DTaW95X7ynt+W0HuYuvtzr+mHOcx4zE8mYzC78Xbtw"
    "0YpqMqOY7eK7LsoyCgX8E3v/qxZlWk+iN9VUx1CcjxvcB2YPzXcLBf0mCOYGXXEP1484/H"
    "wkaS8Pvd58t/8NRff7q7isjx/GBFolkmHx/ubq94MdC9WEpRSQEjLnOCrMXrOGv97F2DpX"
    "72rnKls7cEDJv0JwjX+SP6VqGW8zgNtpVOi3vzunvn093t35Lh/IovUu+RBSKmHRLfIzLU"
    "8zigvh31vrn1HIeqHpbgMP3l8fqvlL0Ab1CNFLgp+L1+N8Gb5B8N5LLTwo9xw//r5ePN44"
    "fPN7OCUJJXv+N3Jfbiw+Pl5y/G/314/Mlg/zX+eXd7w58L6bjHf07Y17HCwDNd78W0Fnk6"
    "kpeTl0TyJoj+PBt3lXlpGpC7onLH7jNyA4+8mtvQX7cVe8UsIHVFpf5E33DNpUc2MqpjEd"
    "XqUFVMnEPrjo7lByYiRE59KaJAeZFWXjIC221nJTxsZIpuZDa1r4K2p1YR3IOMj9kZobCQ"
    "w+2ivZCLYBCyqkKOYqambOwzj9ofAT0CaY4XBGXx5+WTMAaaxq+LgviRvopX7s/oNRLGB/"
    "rFLVcY74zD8A/JNEcmgz+SVZa8mh3fxHpJI/aFxUd//AI5KI783NOn4f7DNWWZkTy37KcX"
    "iyzMCrZzoWOTHkkLaklh+nNF0bndTD/+fI+cKAZXyf3nbNLrdE6NZFE0YjdbjwTmV2/ekb"
    "UP0UQfvbm2TKWGuv/q2qbjrboylkz4QOf75K10JS52bHXj6o7NoTVB5hr70eoiodsHWT/F"
    "092Hrq60LRHVTbfh3MF2nFTRjbUf6XRfstl0Zc1bLrs/jWwOXQnqfhQ2OwTV9GqUuWF6mD"
    "fzcvpXQTMrvpVzL1iBteeMvHPRo0f/2EvodTyXRqTWKBZ08BL3w1tBw7iO5tWIQ7YMN7MN"
    "tzB3KV+76Ri4TqsvJ0BXav+V6dAVRkiE6Tk72s6ys5+oOCAxWh2fwNSoToyOZFXivyZatB"
    "uvYcJi/6nQPqIPXWD6yHKQcJW7FnmtyqfjoHxK7muA/COkvG4B75LjUr8mZfbqw+3l/a/i"
    "qNGVIJnu6tfHm0tOCkv6fRDZEsnkUQ6m4YIfKKtOhuRD5C2Grr1G9hNKvs3Rsbz7+i3DYw"
    "UwhEAVDZygb1tMp2sn4yIYZKyojCHMfQJChjD3CQh5Z/xKB7qLOAh19xXqzjkjugW7czXn"
    "RyaHpuHu4hIsBLyvLx+uL/96UxfvlvLAynnF4jyDshcszT+o9HpFEfwBnFzg0VLl0Z/WeL"
    "RsbyFlgibj+7FADyuAguH57vsGhue77ysNT/ZW0fCM/pagNhmvoe9k1qj6dlZTfTsrV9/a"
    "ISHItaXqyPMYDXk+b+KTrXbJlhj2QjcgcgRnEA35beLzrnZ5lzzezAz5t+dK7RJ5jIYM97"
    "8N776w6VjuKqS6kwzZIqyGpPfcfCJhS74vQhkJjRE6NEaA5kLQ3EbD/QU8wSfgJARPsKZC"
    "Ljkim9SHJJ0qu+Vz6uefhBKQVkxtibcI7aAjTV/iWTQnydxYgb1G/XD1mc2lK2FZ/i/9i+"
    "CulKVJvzeJR0Vv0jbeM9rQf/dF2+fdfLoyZ4d+4G0614Bc76bRlSaoWoNCom4EQSFRNTc+"
    "VQ0WIWty1p2lh2QufemyttgMvCfUtcbxcosf2TS60hQucNCPFnXJpmqqQR0LVwMmkiQleo"
    "IbJbLiveobJXbFgtEgSCc5uXQSuDlitHIp8IJr6iBVJFWWPwtPZHdr5Z7OVw7341vMVS9r"
    "7mZk3T966PihEz1l9a5BsnbSTKDvVG2l9oEe8rQrGpN10ZkFD2ttP4LcE92oGUGypfSvVf"
    "+WaOzR0Vf+SEYg9CZQ5nBqqHrnpddOC+dm0FAhn11cNEnmvLioTudk7xV18oS1iCgJ5nnc"
    "iPXd2/Wrj+24M8oxlnevAixIMaymOhmvYev2JqmzZ9Wps2el1NnNVora3XD9mB1kr5gTS6"
    "6ZTAoAghsRjAO0MVfEC7eS52AJCIQ3IvwgBTlK09xzPc6WYKqabbArukujTtPmgL34gw5N"
    "9IhKdy7caTlMN24pBhEaZNFJFkvibdq5wHk4NH5R1AceCSp0A+x0EHQeD5JWVNIBPTuJZE"
    "+0PEY/BaJ/e9l6tjD96djBgZSixuP047r/0tPfQ4tuOyKeK1WEPEQj1WB29v0P378/f/d9"
    "qhGkr9QpAuVDn06/wEkwqHlReg4EC3f/wnWw+1QmuOa2vt14HbjtVKTb4qI+vLFWyJRlvI"
    "gC3uV5p3pJtCdYjpmRKV+yvmeaTvXrOkmoRfn6yvNWThaKsilRK0/UjqT6MamZAp4Z+Wcm"
    "H6cyt1awlpGFEAxSaLFzBfT7zMOgRYMNARR2qG4NNmK7yGnTYyMPhTYbzdtshG5KXcv+AK"
    "UJwCekqE8I0pxPQMjQ7OMEhLzLNJTPZS/goO1zt3T2kjzKwpBu+9z4VjfV5NA4nbiwBHu6"
    "5zi1h4jl+k4fN1+WU4wfs7k1Es9Be7moqeaNWiNav86apL5z61ImC77wvETgnjPiBZ/JPi"
    "btAQr58MqcblOjOh++Tb9X6PMq04cxwIHI7VHtAUwB4PWT9/rlv6YE5xwMmJdnHqzTE7BO"
    "m5ZP1R3gjQuowGqtP9drrNYK7aybBat1tfWUM2arV6lC9xlFJd1lSyKp9K40GKJq8iGsgp"
    "y3BCwB9XYMsAQOaQn4XkhEHX+q1dIMMWKt60QBFagPhRQFlsBtW012Mh6olqbasfzA3HgL"
    "TD9RsInXpETyQCBfmvwldpC5tnxBmlHdTfQ5kAakD53rSz8uoKtYhuIcRDuCzxpdVXdWc1"
    "XdWfmqOuxT9jbbSLUuK4J70oTyyBGzhNJXjjZNiCDbo2ZIdCVdmfZK5ZuHjWe7vx1WDe+t"
    "CGN30YS0VZOHaVTcMnLda0xjW38kh4a8N0X9kZAto5bfEbJl+siWaeBULHaGpG+4K0S2BH"
    "e+GIT5Dn/MzaaRBIZM9ijRJvbK8szWemgLUh3CW7vc+YkzlQN8tcrsstMaX+3BVEvVHvXD"
    "6Jax7SPaZ7Frkdc6g8kX2aevATrifVbI4640KNUhqd1/9eH28v5XsafrSlBKdPXr480l7+"
    "ti26Lsss+BYNH3peklZ0c3NU+zntS8jpdbeQpFjeOLK1lv62gh8XpK4e06HWV3nNjRyGYK"
    "Cuu/bezC6UawtgLDMhbk1SCha7x4obMw4tneGH+3nBD5hkUQHef5yPCW9B/IiH9ijF1gdq"
    "HW1Ji/GvHTbrBf8mbCyXC0D4ULWRTey+r0KegKLeX9H6YvZrrhNA6wpAgNOe6/p9UcLenp"
    "LF0Mz8GgEL59Iby1DBCR70ZQQAH/HRoRpFd/tzWdMyhYEn1ZEhm13e0JHe9k542K0lJUzr"
    "Rg/FfZFTvZ7DMq2D2p/bs8QRtXZT+o08YhExUyUVXWPNrm6Mm2AiuANEghg8TIg+ft9Z8Y"
    "CVnWkGV9CuQfY3Lq0bewo9QtyKtJQoHDZB/nOSDkA8txTj93iclGtMnsX+k5KPAuwTu1iB"
    "2MfGnPVBEHCcNtkzrmlo+kyc+BgPm2zPuB5G0mKUALW5SLrTXR0GfVGvqspKGv2Ty2t5Ci"
    "uADSQF0c2gyK+CLIEsZ2qjVzDqYB0aNX+RLiEenlXURpQPvgZn5E2Ab5vtAxW2Pv80ANyB"
    "57jUcJombgBfEF1BLqSREIKkpr5TAicuG5IuN/rwASnDY1kiOzv/X8itusaq9zzaGA+XbM"
    "2+vQfTKJ9yJIdq8uriuAtKG+t8JgSTqByMpr7uKLC2SWZoYAOksXhsRNGCXozCGAzvL9K3"
    "GCqhSheQxQWi68+opsuSWahwChJdfbE95upfjMIYBOns4F9i3KjkWkKOVQQCtP64tFXPp5"
    "MkpTHgKElgwq4tFfuZEhNA8BQksPPgqiU0Y6ub8EhPz+9vn9BNGf7TM251K3tvM4DVyUXF"
    "CpUbu2WU27tlm5XdsC2XghzXURBUw3YRpu9zuBVlZ+YLXvV1YEQ7syRWW8xC72122FzKFB"
    "yopKmblwXOTIN6Ur4KDAsENCEatYlqU/jwLy+6rujFgtC0K2sPMhmebIZNC0qDO/+Cpuzh"
    "RsMd15vc4m0pTZ4q7a4VbSYrubbl0W+R47mnAvqrZPHEd9EPYlnksnxgYvxk44qyrIznG6"
    "ryg77wOEwuwTLMzGovynSvKT4TopU715jJcJZc0LU3evapj0Psh1ElXZ2HV+4PETsUfjuP"
    "+c4BbZwAfJA1bEY9FHJvAza1AoQ3gK0MDTPjbZPnpGBAdS4Y08RosVPmgfEmjIpaLLBhpy"
    "6dOQK7mot2z95a7wrbT7dp1MB7l8IHUM+k8h3DugzsYwrTEAmahkDsN4uIbn4CAdcLFv0u"
    "cLP7doMJLhoL1I85YLqwBL2YfJ+FYLWrFYK2eANzEOz6qNw7OycbiVonY3XD9mB9kp5sRy"
    "pZxHKQAIbkRw0sI94kmCZx6nH9399yW3Q0KQa0uZ2XmMfhyfN6D4vJLh8/JixjYyN9j1iJ"
    "zyzAGhfLx1QorFOnm2FYMIDbLoJIsl8TYtMy05OGThKZqFFwkqdAPsdBB0Hg+SVlTSAT07"
    "iWQLsTxGPwViACXNcxcVPThqtLQ8SD+W+4+oOth9konuJeN14Hbs6B7eWCtkyjJeRAHv8r"
    "zTjT3aEyzHzMj05W9Fqp8Gyijbl1GuPG/lZNfY2ZSolUcE9nn1Y1IzBTwz8s9M3q0kfY2E"
    "EAxSkJfC7geYbe6nEWF1kMGw19RYSxS8mn7g2YJDusZfUoRp5Cvpu3UWlBTrbBjv2nO1E3"
    "IRDEJWVchN7y6u8zA3vr34mPdOKELVm3woQh25CFWwa3Tn+HM2aS5D8bg2nKZ8V2+7HcpU"
    "k4k2VmCvu9ap7kTwmc2ljxzEtjWxXD+mox/SHrMJNdozij5U9xm5dNN4NelfBHeuik6mu6"
    "GzvepP2sZ7Rhv6775o+7ybT1fmPLJAxMRB52ryOzbRh6BRJfkx7mnUvEDkuY+97D6bSdtV"
    "tVwi0nVBsTl0Imj4kpRYp6isS0lVjn3FKYmiE43dV6MyuXQNb8sk5JE/+Qah2+VmjghaGP"
    "SsfkHkL8bL2goMy9h1DaFjQveJmt6u8fDzL4ZHjL89frg1NogON5b0v8Ea+0akN7+ZcIwP"
    "/Vn1VTU53ZL99wm9QpGNOrbq1KgusuEk1ziDvgjTsOjmfNYkL3ZWnRg74wMM7KmQoHg3XE"
    "dqGzVgOK9pwHBebsAQb3PSHWI5mIZsQ5NYcPa3c/a3dfCDUx+c+kdJPjj1B3Pqp40JBBtM"
    "d1q1d97XOOyVaPmQdz9XWtmcj3qvrZ13kjcyuKtpF5qvueWXZkqB2arMbjytMVvbZMV1zo"
    "ZTbVMeNB0uwIEj1fwrBeiQaTh+tmf2NSU452DAvDzzkLYGluyQlqxqElXCmjqA4q+aHI5e"
    "8+fyJwQdv0sJFtUtv/nUjqHVfc+OzRBQ95XZLmrV/UReMup+DjNiP9qNFbftOsaKYErRWt"
    "jrqXKZ5xBwT2f5AmmWzoLkLpDOIEBoxZ3xoKuDrg66OoSddCEfwk4j15KA+dmH+dmkUmQM"
    "+zNNRK8xQfPJ6g2s0DRXvn87FAxOVbbdqRYG52jxpcHMTbalBJa80ZnhwFKqMj2luS0Dgd"
    "xSOwsr9KUizylAw22h/+5/9KgVNa2tyeFNABpcOzVC7q7ribpXVgeZk/EasDt2cBnSpE/A"
    "YZUViko7TUpQSJZu67UCtyG4DU+LfHAbgttQVWYbuQ3Fh2h3ejVsuMDzW1IclPTMPry69r"
    "XnLvFqUuObzY2aNvLO+hTAKKIIcNCeqIMW+yZyGT8iKey5vzAHhAsMm19geMgGuVr7E70w"
    "ML1lzJAZrKlpuvYcqSysygmA7NIqZofHvxHxqhZy7e4hQMMW0nwLgQSuE/CH7ToMSbsCir"
    "h+dq4T0ZRKrgAZvb8kubLY7lz06NE/mtlf19k0RyWvpsZXcaE2KMnozZj65O21pNiQaXMz"
    "yvHAhtJ5Z5jW2FBPWO5e52S8hlHs/rt90T1S7pLAFKAhvf0nCcR9NGVspBQANlHJJtplRj"
    "a16HfDgchSZhBzSpKNVMlPAQOU8pQuLSx08lXymQGAzFKQnCWiyZCZAYBMnkxEiChPrTqR"
    "KgVAJpV0JhXVjkhrz1ERDJ4jVT1HS+xif91WyhwablBXVMoq+QcPbSWpkCxU6fWTzbvo4P"
    "dT48nq3/M3VspFlvJSdg8W0mEq/YK560769wf+Fk/PJnawi0y4IECpzWFa4yRM5VWSQU0l"
    "XA6joTdrdnHRpCrj4qK6KoO9V1Rwo4tFTGmvIQfTkO3+fYdxnkQLB20BBlQ3ofoplKI4Hq"
    "5DH8sRtoxVgKUKlJPx+tHbf20ytL8d07vze2i5lECBklGp5eUhOtmC/TXLcnFgbgm2kbnB"
    "rshTWadEi9BQnNa2NirwAstpIwYOCBJoLQF6XBBJhS+P0WFXH1rZg+jnAK0mXBs5cgHQAg"
    "YoLSU7rPF2K0VoDgF0ljvNBCFxpfjMQ4BQkd7mm199UfOpj/TVan0tQ/GxL2wHxn8NB/tH"
    "qC90skV4s2NaDGd9fLi75W2RnSO8XScHCE0dbRcHxZa9EqHBNGrTLTB4l0xzZM+AZDU23H"
    "p3iC4C1fHWXAix3NlTkDt8tZvlx5/vkVPVyrGmsageQuC0O9YOML6Crxtj99lMGu0EJcuC"
    "rYU4it6NrofdXA3bWBwNXwPmQORXWDkLglt/lXkQ+RUfDRwiESJtdAIX0ainDzEM9AU+YO"
    "wNokH9exUWiGlSUm6aPATcNGW/l4MsuWKKPAQILbm6oVeq/rnfiLLXUsR5KOT2Kyrfg/fC"
    "Ve25PTk36ukKYJ8f9QDdLVUThqRDdW97S+jOqtmlTtehH3ibyFfCO3DSt6Y13ht7Nwh62p"
    "yog2ZjkScUbB3LliyjKMA0dNP03+EGL1DkczGj3yda9K5FXqsWPY/l2yi+BvEt4EdGet2C"
    "3iUgpHo85fbqw+3l/a/i1OkrQcLC1a+PN5e8ske3O8+1HNNHlrgfbo0gBOCWkjgeg2ooQY"
    "AH4wQsXGhhegJCppT7rf1UeSw4qhSVMNxWo453BG6raWS1N7itpkkuVORb6Zid0jShT829"
    "a9SslJiqiq4ctb6MWFD9OzJ+y3d8STqapCmMkIiizJY5BT+HCn6O0iMiwbcIqyHpg7Q3iD"
    "lzw81clINezTmPA76b8c06m4QCvaC+ZXUo6qmsBcdN8tpm1Xlts1JeW7IZyBNdRmpI+Fmj"
    "y67Pai67Pitfdm2HhCDXlmpflcdoyPN5kwOy+nzkGWbNvvw2vQ04INjTrdM9/HDeusNEGQ"
    "vVc63lwArF6ddqJYcSFuTQVg6scUebZit5GLDflv0F9m0vdIM2IihjQQ6tnwJoOnToNEyI"
    "zKsRmWclWKJ2fvVFW/r08ysaAO8bGADvKw2A94K2TwGrel1b/lpuo+GRYAK03mqsgDEpWZ"
    "lYAGlwKQnnwGnkT5jV+BNmZX9CSplJkCXs0VPdIlSE1YD1Tg162lwFw+6tbOGsLMJGJJ59"
    "MlqMs+gHaOHMeJO+66iIglUuvcqjGF3LFKQCFlKQFE1BSpz6nTIKxZOAzFWVOaQI6y9kSB"
    "E+ASHDLWYHtniTUj95CRSB4N5sHe6CHOpxyYcc6hFyqAWbfHdeT/pqxApuc/XcHcnNzXRc"
    "+3ZjcotHVoFd+h2M218+fZLI/u+jQaWObSgE6aexw9BcY7ZzvPZA2UM04U/xfLpyl3RC7a"
    "kJqk40SZWa8Ktxa706nrWoo/XORY8e/aPZavwST6jPzvlHi+qc3cN4H4r6xvIjpnvv0N3t"
    "FSYJG3aQnVwa1DANN2wa48VyngzvGRHDMnZn6p98Y2v5gREXBL2ZcAS1gEN7E4W1/KlRXf"
    "bT4tJSuK5UItaFqZ7Zzm+Xh4L7XVWnXUh8uThmhoAYpnQMM6tgLdJd3wNSFJ6H/rhJ9EeC"
    "zRwC6CxdsxXHWSTozCGATp5O6QQRyA1pv69CFPkEdJUldrG/bitlDg0aqaJShjCyWnE0iP"
    "j0EfFJ772rDkkM3XIn8WxWePRyjs897rzE59rMlfe4Rjm/m8P8bpTxkHmxDW9pWG7shpsa"
    "S48YBG0d67Xs0Gs7Cbj1FN50pjVuvd0aa1cnVsJCmVjLMjGCbISf26pcHBo0a1V1LlVueD"
    "6Rja+kbckoBXvvIk7inc20stY3ER9UVk01sv33EPerYxVzGSo0rVLCwx59q5hx0UjrqiYS"
    "NCKFN4Y6jWhJvE2LIj8Opl/tdv9dyehBKc9zAaRhaHmA5m9W6EtF7lOAhvT2H7mnx4Mo/l"
    "BT+54ANIg/jFD37nqivJPq8E4yXgN2Ibqj0kYCNij4/NsomzU+/wrLstXFjEcog4Gsy7G8"
    "/WmSeNn+zOePV1qdaa46mJqnaWoStESs36+Udl4A9aPkHFYUBRXyXRPz5121+fNOYP4Qgu"
    "X6uOcgGmiRI/S6ZjvXE2shK98zXwDVjvNB7KJja0Z1xCY+NKI6qDk6l+uhX0BpQPsYewlr"
    "Ad7W8C+CwfBX1fCnZhN+pqpjSzHzcEjsVFTO4MU7ASFDp68TEDK4asFVq4gMOrtq5a6KTV"
    "yjffSLSXyxurWMGcGzHVFW7d1OGN3r4Y7F2L+b+7f0E+KnOekwBHfJqrOnTmsc4L+Hlhvg"
    "QGDfVwogD9HpdOutHjZ7CtpqDhlUJ4IPcCNbvPXJdqksAkEEfWlw+aOimxKnYXcwXo/jVq"
    "E46i7ednpSkjVT1yoU5WyvldaWB9T/fkRo8SWcO9i2dr+fVwH5EXVa4JKONbfZ4EEUwVz5"
    "rGO5q5D+LtAC1dmX67TAVF4lGdTckpbDaBjD7PmitK0VCC5Iqw5dJuO1YHbssCUKrJXMUk"
    "7Ga0E2t4ybxCrfV4cq35cilcR7kWnrlQzXSYvuzVIkaBn6Uo2ocghoRMXTmVa7N9cjUog2"
    "bI59zy3TKtv3KuLhEApTNRRmr5H91P6qsjwYhKyqkAmyWnfAsCAvRXHpQsMxtfyh0HBMg4"
    "Zjy2XkACv1v4hen9a1vGAjhvbEbYm3COnM4IhTZkOY1jjikmXuP4UyDgwOpqEfY3Zx0STp"
    "+uKiOumavVe0XbBv0qcOPwv8nlee5yDLrVjzeRzfcY0Ch2I7eR5G7rh2d/epoOFcfeB9cL"
    "98vrq5/+4s4p4OwkFVSPYIrrCYLPAyqu8LJqOs7P6LZZ7psbI7bJrv4znQeAremQabeWE7"
    "CclKGN/et51kuBG3k/SVo91P2Lm36nJ9+gp8EspbrT5Lgmi1p/FI8PG2zKRiPLbIFCzhNL"
    "pvubegRUTSlmAbmRvsigpc9y5xDq0Ry4dY6O1KMDMkuD8VPUjor1pisqFHfou9TAzW6FHr"
    "77KqlKnWu1rlFBrxPfLWllHaTlnm4LDJKbrJRe0uqOAWUn6WIkq7lg399zSKCdsg3xemTe"
    "65+ywP1IDs0duSQBzzwEk/cVRJWgBFHAigvaESeATJFzblUEB+b1VNjNWyIKRLmpJpjkwG"
    "jeuZcouvotJGsMd35/WkcyPE3CZJAZ25/ZJNpCm3xRNLobyTj958Us46Ya9Oa3JOvnpz6H"
    "V7orklT/THy9iEyXgNs0n6twcdy5WtntO1cu581oDc81kluewtrqHCiyvX0jYFaEjv2axJ"
    "aSIdVZ0xMiuVJ1pk5ZtffVGA9SN9VcxyAcQ7BLEdGP81HOwfsXbQzqHB+y6mRSffx4e7W9"
    "6hsTtTn5BUn9UiSsP7robI+UMVgZ8a32hVtEcDigfZTLZU7SRCkh82luPUeIcy3HjuiYuB"
    "czXOZz+8S/U89p86ze7h8+WnT0eaN/li4YDxMc7C7T1rchsGMnXNyXBtkiV7i/9i36TkmN"
    "aKfoLA3tuTCVmAQjKkRDKkFQRos5VaxHmINslx/SUyEMtfiwrKqwNMGQLoLDU7CF2pxhG7"
    "4UCkgMiWNbopELKdVc3fWOFnZIbbdgIugkHIqgqZakA+MtHWswVNoeo84hwQ0uE6ZDDYyP"
    "eFIfRqs6qI0s8dMFSe1NLaYEfO6cLhNMiSGtqAhcw/yPzTPfOPnsH0+0tHKjhYp1iFYhv4"
    "2KEKuNvoBPRT27Fw+1KBAhgKBRSV8RK7Hfr2cWiQsqJSPmCqvGICPalE7ZPlXp08bcVE0D"
    "lNm34B4/aXT58OnqZ9pMTWZGln1FanEmeUf/XmZhK463Yv20dvfhlPdLyq9qi3suUIE+Ze"
    "59isS8E283HXvanYkzsXGcR7MZBlrw2mTRm+t0HBmrJjvCA3MF6Ix/6Jg7VhGXR+SsSaQp"
    "BF7V3fmCM6cmHgwDccyw+MyA8xNTyHfkxgLDHxgzcTjvKxPhOSyRU+S6dGdTI5CQUOmLpY"
    "bmtVRrV9p/fb4sLA9jZSPtscRMcE54E848cUhDh6so8lDHH0obXjCkQo4rDp5ZIh+jNbOs"
    "/yUHCCq+o6Y4q6rJKZYXTSdQ7rt/ka17R2cy/sCmOPjP+mvoVs2SlUofyJ5SpNynZy/Pq0"
    "xkSOspwOWKd86HrDw9qXQxUIVRuTkIw1ksYon3DYLdVQtf30MDEgy/49xKStssihQV9USV"
    "8sqS0HOWm/xDuh4KxN3qk7bXf76CEPXLmNv8OGr/JR29d+X3fN81wUqqvrUrEDaOEh4KrL"
    "3za5GpeOqq4uf1u6HJdaIaR1dlwRDBu9Sht9XshrROU0R1bLVuE8HAStqqDRty3VvPyWTr"
    "4CGISskpDVUNvuqaw/4Q0OHqJuDWXtjRtQp8SxdWM6bKwZ9X4Y5F7B1M3hbdlCZXPAvYIK"
    "mZzVmt+hPVpKaX6DNL3JHgkZlvMgDZnu34UVbW7S9T9FFLQq69KqbLtoX/9TBINOBDoRrx"
    "M92Gu0CB20EPe3Lbxdpw/5yUATWt6ertoT/S1xHifjNTyKzxq5u85q3F1nZXfXxiJPKNg6"
    "li1FMwfTL3TXfwvcZD+ToTmPgRXdbEUzvePfnlwv5zxmxJp+qm1NjlSLx76JXPbjRafjng"
    "aBOSBcvd68O+BO4TLnUhnQRdSIi3uJ431r+NXdxBdQ7Qko+QFYuYvZukMbh4ayaoUMpLyU"
    "XfStg5Q5NEhZUSlHT2OULV8WcnV6fREFTX7kr/eDFjP6P1vgRzwBIUP3i4kqVRTQ/aJT94"
    "vDllI8vCC0nQjc4dHr0zo/OBsB/m/wfx/A/61hbm1uP31B25YJgHko6C4q6S5qxEAvt/jR"
    "e0KuYMNP36rb860tpns1HQX7Puz7px73HCTNn3hykbhkvIb8DnARF0FL/E2G3gwBBDcgOD"
    "obzLXlC2pBa6KcBRRoiHs1RHBjaqolqlsioqbX5dhlHAV0Qr/to8zDQc6KypmgZ3rGtZRy"
    "EQwyVlTGEJGYQERCBREceUTiMlzg4MYNyOtE4KXK3pzW+anYMBPRcVi15hPgqhrLVUXFLU"
    "qvqbZDU4CGtv4gzipKmGRZYobQkOMBQkHh/CuyBUpjTWp+BtGQ4kGW8QIFFnakSz85GFz9"
    "Ble/HV4aYCAp/miBgXRwEXQ2kJrcqjOkhYQIttcTgXUUvzGts4yyIcqYRKdiD3W82KPa0n"
    "lGxJdUxHMQHdXEi4smauLFRbWayN7jrJ3tVsrUiYdryO4g5bH0EwPkCvQ/pi9WKH4Z5FQa"
    "rzAyetG+D5qP9sf/AybfrQc="
)
