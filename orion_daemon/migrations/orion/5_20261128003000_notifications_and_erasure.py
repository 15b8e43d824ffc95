"""A table of what marketplaces send by themselves, and which orders were erased or are to be.

SQLite cannot add a constraint to a table, but a column may bring one; dropping the column takes it away again.
"""

from tortoise import BaseDBAsyncClient

_INDEXES = """
CREATE UNIQUE INDEX notifications_once ON notifications (channel_id, notification_id)
    WHERE notification_id IS NOT NULL;
CREATE INDEX notifications_waiting ON notifications (channel_id, id) WHERE state = 'received';
CREATE INDEX notifications_refused ON notifications (channel_id, id) WHERE state = 'refused';
CREATE INDEX notifications_finished ON notifications (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX orders_erasure_due ON orders (erasure_due_at, id) WHERE erasure_due_at IS NOT NULL;
"""

UP = {
    "sqlite": f"""
CREATE TABLE "notifications" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "body_sealed" BLOB,
    "signature" TEXT NOT NULL,
    "notification_id" VARCHAR(255),
    "topic" VARCHAR(100) NOT NULL DEFAULT '',
    "kind" VARCHAR(16),
    "result" VARCHAR(200) NOT NULL DEFAULT '',
    "received_at" TEXT NOT NULL,
    "finished_at" TEXT,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "notifications_state" CHECK (state IN ('received', 'done', 'refused')),
    CONSTRAINT "notifications_kind" CHECK (kind IN ('erasure', 'order', 'offer', 'other')),
    CONSTRAINT "notifications_finished" CHECK ((state = 'received') = (finished_at IS NULL)),
    CONSTRAINT "notifications_body" CHECK (state = 'received' OR body_sealed IS NULL)
);
ALTER TABLE "orders" ADD "erasure_due_at" TEXT;
ALTER TABLE "orders" ADD "erased_at" TEXT
    CONSTRAINT "orders_erased" CHECK (erased_at IS NULL OR (erasure_due_at IS NULL AND personal_sealed IS NULL));
{_INDEXES}
""",
    "postgres": f"""
CREATE TABLE "notifications" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "state" VARCHAR(16) NOT NULL,
    "body_sealed" BYTEA,
    "signature" TEXT NOT NULL,
    "notification_id" VARCHAR(255),
    "topic" VARCHAR(100) NOT NULL DEFAULT '',
    "kind" VARCHAR(16),
    "result" VARCHAR(200) NOT NULL DEFAULT '',
    "received_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "channel_id" BIGINT NOT NULL REFERENCES "channels" ("id") ON DELETE CASCADE,
    CONSTRAINT "notifications_state" CHECK (state IN ('received', 'done', 'refused')),
    CONSTRAINT "notifications_kind" CHECK (kind IN ('erasure', 'order', 'offer', 'other')),
    CONSTRAINT "notifications_finished" CHECK ((state = 'received') = (finished_at IS NULL)),
    CONSTRAINT "notifications_body" CHECK (state = 'received' OR body_sealed IS NULL)
);
ALTER TABLE "orders" ADD "erasure_due_at" TIMESTAMPTZ;
ALTER TABLE "orders" ADD "erased_at" TIMESTAMPTZ;
ALTER TABLE "orders" ADD CONSTRAINT "orders_erased"
    CHECK (erased_at IS NULL OR (erasure_due_at IS NULL AND personal_sealed IS NULL));
{_INDEXES}
""",
}

_DOWN = """
DROP TABLE "notifications";
DROP INDEX "orders_erasure_due";
ALTER TABLE "orders" DROP COLUMN "erased_at";
ALTER TABLE "orders" DROP COLUMN "erasure_due_at";
"""
DOWN = {"sqlite": _DOWN, "postgres": _DOWN}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    "eJztXVtz4zay/issv5ycKp1ULMeTOftmz052ZzJjT9nOns2mtlgUBUkYU6QCkna8u/nvBy"
    "DFGwjSBHgRBPXLXCR+kPQ12Oxu9OXfZwHBgf/tu43j+8g7+5P17zPf2SL6D+6dmXXm7Hb5"
    "6+z/kbPwkivd9JowuWgRRsRxI/r6yvFCRF9aotAleBcx2J8sP/Y89mLg0guxvy5ein38W4"
    "zsKFijaIMIfePXX8/CKCCILbx1yCOKdp7jorN//pO+gP0l+h2F7DL2392jvcLIW1Z+A14y"
    "aPK6Hb3skteu8fqDH/2YXMu+yMJ2Ay/e+sX1u5doE/g5APsRe3WNfEScCLFPiEjMfhn74n"
    "sSsh+b/ojikvRbljBLtHJiLyoxsbCL185s++b2wb5//2DbZxLcuYHPeKdfNUwIWLOv8D//"
    "O59fXPww/+7izdvL73/44fLtd2/ptcn3rb/1wx/plynYSpdKOPvwlw83D+wLBVS4qdTZC3"
    "8kGCdyUlQijIL9sshqYqAbi4iFwME4adCfyUsj475NHNkLhTyK7TmFQLbO77aH/HW0of+9"
    "mLdw/beru3d/vbr75mL+31XCb/bvzJO3GPWljR7a9KbDTwKir4PAQ47fsOHLOI7pBQWORX"
    "V2M4xAdds2vr39lOiSMPzNS/c1t6lvfv58/f7um/OEenoRjip7vSDc8bzgObS3ceSwLxhK"
    "8i6CT0h//srR8r91fGeNlvbiRU61lFEGapa3HRTL20a98pZXK8hf7oL9868rx2XMdAyfnU"
    "3C7+V333VgmF7VyHHyXpXlEEUR/Qqh/TVMLasq1R/pq2Kqa0CO7yV2I+s/lofDmgVzBDu7"
    "heiH939/qCiSjN9vPl/9naf+3afb64ScIIzWJFnl7OP97c01Lwaqi6UMlRww4TYnyFm+TL"
    "PXz9902Ornbxp3OntLwLBNf4Jwnz+g3xvMch5ngFrptbm3L/t3Pt3e/CW7nN/xVeoDskTE"
    "dmMSBkSGeh4H1KtRH9q7wPOo6eEIHqY/P7z7M2UvwlvUIgVuCV7X7xf4NvtHB7nsrfBjVP"
    "h/vnp4//Dh8/t5RSjZq9/wWom9eP9w9fmL9X8fHv5qsf9a/7i9ec8/F/LrHv5xxr6OE0eB"
    "7QfPtrMs05G9nL0kkjdB9Oe5uK/Ma8uA3PWW+wqTMBribhcsBLLXVPbYf0J+FJAXexeHG1"
    "XBN6wCUtdU6o/0Dd9eBWQr4zZUUUoGlWbiHNtv8ByqCBEhcqZrFQWGq7ThWhCops5qeFBk"
    "mioyl/rWkepTqwoeQMbHHIjSWMjxbqku5CoYhKyrkJPzclv23LuMev30+wikOd0BOMs9WD"
    "0Kz7/z3IWqIH6kr+K1/xN6SYTxgX5xxxeedacpGPfZMkcmgz+yXZa9Wjy+ifOcZ2tUNh/9"
    "8UvkofTU747eDXcf3lGWGckLx318dsjSbmC7lDZg00fSknpSmP5c0cnsfqUff7pDXnL+2s"
    "j952LRd/maBsmi6sRudwGJ7K/BoidrH5KFPgYLY5nKHfXwxXdtL1j3ZSxb8J6u9ylYm0pc"
    "Gtrqx9UtW8NoguwNDpPdRWJ/CLL+mi53F/um0sai5PTRsCMB/RHbnpzdJYt9SdcylTE/iP"
    "AKu2n6UT++bkpLmUrXClHnZxcvvGEo+5Eu96VYzVTWgtWqv7pna5hKUH9bq5uVpWfYrM4N"
    "M/SDeVAy8Cumf/WtUvzKiZxXjLBbHz0E9I9XCX2XrmUQqS2WK714hYfhrWLCvkvWNYhDtg"
    "238y23Mff5pPvlGLjNbaxXVzS6l421Fg1eboIZuPTCLUo/Hqk4oOpCn6DTzGquukhkVeO/"
    "5Thyf72B2dDD11mEiN50kR0ix0PCXe475KUpWZeD8vn+LxEKj5Dytg28z7zNA+eU2esPN1"
    "d3v4iPJa8FmbrXvzy8v+KksKLfB5EdkcxM52AGbviRUnZlSD5EUnTsuxvkPqLs2xwdy/uv"
    "r3j+WgHDGbumJ3Po9x2my6nJuAoGGWsqY+ow+fROXDovAo+q0f7lUEoHsJrJc28Kz8+//+"
    "H7txdvvs8t4PyVNsO3Xu4HCSoncPdAgsoJCHkfVZBOUaniIEllqCSVUpSnX5pKqVPIkcmh"
    "a6JKdQtWUlXeXd2/u/rz+7ZMFanQtly4Mc0QqocX88yhxnBiknszQvQQQoW63PqzllChGy"
    "ylfPvs+mFc+8MKoOLRv/m+g0f/5vtGj569VTVYk78lqM2uNzAoNe/UM2He0jNhXu+Z4MaE"
    "IN+V6v5RxhjI80WXYHdzrLvGcBD7EZEjuIAYyG+Xw4Tms4TaUQJzQ/4V+FJaoowxkOHh1f"
    "D+C9ue469jajvJkC3CGkj6wC2DMrbku9nUkdDOpkc7G2gJBy3JDNQvEAk+gSAhRIINFXIt"
    "ENmlsivrL9wvUda8+CQUbykxtSPBMnajnjR9SVcxnCR760TuBg3D1We2lqmEFYnV9C+C+1"
    "KWZ1O/zyIqZpO2DZ7Qlv57KNo+79czlTk3DqNg27u45t1+GVNpgnpTKJyEmrZpCYKatmZu"
    "QmpMLWPW0LE/S/fZWubS5eywHQWPqG+57dUOP7BlTKUpXuJoGLvzii3V1eY8Fq5GTL3Jqk"
    "UFk5OKOtLmyUn7utXkIkjAObkEHJiQNFnlHpwbGBpS1iS5mH8Wnoh2Uwrol4vYh4nGlgrp"
    "DQ/MskY0AzSfMYmeunnXIb0962sxdHK7VnpggMz2hiaMfWxmwc3a2hqjdEd36ouRqZThre"
    "pfM4s9efTVP5IRCG0ytHk4dTS9y9JTs8K5FQw0yOeXl13SXy8vmxNg2XtVmzxjLSFKgnke"
    "N2Grgd3mJcRu2qTnGDsNrCMsSMpspjq73sAxFV2Sjc+bk43Pa8nG250UtfvLzWN2FF2xII"
    "5cX6McAAR3IhhHaGuvSRDvJJ+DNSAQ3onwg5QwaU3zwBVMO4KpabbFvmhuUJulzQENasgx"
    "idFdOu50PGYbK4pBhAZZ9JLFigRbtRA4D4ceRJrGwBNBxX6EvR6CLuNB0ppKOqLPTiLZnq"
    "+MMc+AGN5fdp4cTH869nAkZajxOPO4Hr5Y97fYoWpHxHOjiVCGGGQaDNc3LfCXODsM6l7G"
    "XwLBxn1943rYf6wT3DKZdH+9Cdz2KmtWGEqKt84a2bKMV1HAuzzv1C5JdILj2QWZ8kX+ry"
    "zTq+LfJAkpFPyvg2DtFUdRLiVqHYgauDTfJi1LwD0jf8+Uz6nsnRNtZGQhBIMUFDRXRL/P"
    "Io4UWpIIoKCh+rUkSf0iT6UrSRkKjUm6NyaJ/Zw6xY4KtQUgJqRpTAjSnE9AyNAe5QSEvM"
    "80lM9lr+CgUXa/dPaaPOrCkG6U3XnAoG5y6JxOXNmCA810z/0h4vihN8QQ1nqK8UOxtkHi"
    "OWj3Gz3NvElrRNv3WZfUd25fymTBV+6XBDxwRrzgM9nH5F1TIR9em6fbzGrOh1fpkAudcW"
    "U6V0Y4EoU9miOAOQCifvJRv/LXlOCcgwHz8syDd3oC3mnX8qm2B3jnAirwWtuf6y1ea4N1"
    "1s+DNbraesY5s827VKMJUElJd92TyCq9Gx2GpJp8DK+gFC0BT0A/jQGewCE9gTCIiajjT7"
    "NZWiAmrHU908AEGsIgRZEjCNs2k51dD1RLU+05YWRvgyWmnyhQ4i0pkTwQyJcmf4U9ZG+c"
    "UJBm1Ky5KyADSB8715d+XER3sQzFJYhxBJ93Gu533jLc77w+3A+HlL3tLjGt64bgK2lCZe"
    "SEWUL5K0ebJrRvBZ0M8avT3mh887DpfPfvxjXDByvC2I/mkPZqyjCDilsmrntNaVSNR3Jo"
    "yHvTNB4J2TJ6xR0hW2aIbJkOQcVqZ0j6hr9GZEdw71EqLHb4Y2k1gyQwZrJHjTZxVJZntj"
    "VCW5HqGNHa1T5OXJgcEKvVRsvOWmK1BzMtdbvVD2Nbpr6PSM9i3yEvbQ5TKPJPXyJ0xHpW"
    "yOO+NCi3Ianff/3h5uruF3Gk61pQSnT9y8P7Kz7WxdSi7LYvgWDTD2XpZc+OfmaeYT2peR"
    "uvtPM0OjVOR32y3tbJRuLtlMrbbTbK/nHiJld2M1BY/21rf5xuRRsnshxrSV4sEvvWcxB7"
    "Sytd7Vvrb44Xo9ByCKLXBSGyghX9B7LSn5hil5gN1JpZixcrvdst9ku+PeNkONmHwkAWjX"
    "VZmz0FXaGlov/j9MXMFU7nA5YcYSDHw/e0WqAVfTpLF8NzMCiEVy+Ed1YRIvLdCCoo4L9H"
    "I4J8WLqq61xAwZMYypMoqO3vT5g4xZ53KmpbUTvXgvHf5FfsZfOaU8HmpA4f8gRrXBd90G"
    "aNQyYqZKLqbHmo5ujJtgKrgAxIIYPEyIPn7Q2fGAlZ1pBlfQrkH2Ny6tG3sKPULcmLTWJB"
    "wOQ1zktAyAeW45x+7gqTrUjJvL7TS1DgXYJ36hF7GIXSkakqDhKGVZM6Fk6IpMkvgYB5Ve"
    "bDSHKaSQ4wwhflzta6WOjzZgt9XrPQN2wdN1hKUVwBGWAuju0GJXwR5AjPdpotcw5mANGT"
    "V/kSEhDp7V1FGUD76G5+QtgWhaEwMNvi7/NAA8ieeo8nCaJ2FETpAGoJ86QKBBNF2ThMiF"
    "wGvsj5f1UAGc6YGsmJ2d8FYcM0q9ZxriUUMK/GvLuJ/UebBM+CZPfm4roKyBjqBysMlqQT"
    "iGwcc5cOLpDZmgUC6KwNDEmbMErQWUIAnfX5K2mCqhShZQxQWi+8+opcuS1ahgChtdDbI9"
    "7tpPgsIYBOns4lDh3KjkOkKOVQQCtP67NDfPp5MkZTGQKE1hwqEtBfuZUhtAwBQms3PoqS"
    "p4x0cn8NCPn96vn9BNGfHTI2F1JT23mcASFK7lCpU7u2eUu7tnm9XdsSuXgpzXUVBUx3YR"
    "qm+51AK6swctT7lVXB0K5MUxmvsI/DjaqQOTRIWVMpsxCOjzz5pnQVHBQY9kgoYhXLsvSX"
    "UUD+UNWdCat1QcgWdt5nyxyZDLoWdZY3X8PkTIGK6c/ru2IhQ5mtatUeU0mr7W76dVnke+"
    "wYwr2o2j4LHA1B2Jd0LZMYG70YO+OsqSC7xOlrRdnlGCAUZp9gYTYW5T81kp9dbpIxNVjE"
    "eJVR1r0wdf+qgUnvo4yTaMrGbosDT5+IPRnHw+cEK2QDHyQPWJOIxRCZwE+sQaEM4TnAgE"
    "j71GSH6AkRHEkdb5QxRuzwUfuQQEMuHUM20JDLnIZc2aDeuvdXGuHb6PftO5mOMnwgDwyG"
    "jzHMHdBHMcxaHEAmKpmHYXq5gc/BUTrg4tCm9xd+UmgwUuCgvUj3lgvrCEv5h9n1Shtas7"
    "NWzgHv4hyeNzuH53XncCdF7f5y85gdRVMsiONLBY9yABDcieCshXvCkwTPPM48uofvS+7G"
    "hCDflXKzyxjzOL7oQPFFI8MX9c2MXWRvsR8QOeOZA0L5uHJCisM6eaqKQYQGWfSSxYoEW8"
    "VMSw4OWXiaZuElgor9CHs9BF3Gg6Q1lXREn51EsoVYGWOeATGCkRb4y4YeHC1WWhlkHsvD"
    "n6h62H+UOd3LrjeB26lP9/DWWSNblvEqCniX550q9kQnOJ5dkBnKT0VqXwbKKNXLKNdBsP"
    "aKMXYuJWodEIF/3nybtCwB94z8PVMOK0mPkRCCQQryUtj/AFtlPo0Ia4IMxh1T46xQ9GKH"
    "UeAKHtIt8ZIqzKBYydCts6Ck2GTHeN+eS03IVTAIWVchd51d3BZh7jy9+Jh1JxShmk0+FK"
    "FOXIQq0Br9Of5cLFrKUDwuhdOV72a126NMNVto60Tupm+d6l4En9la5shB7FsTxw9TOoYh"
    "7aFY0CCdUY2h+k/Ip0rjxaZ/Edy7Kjpb7j1d7cV80rbBE9rSfw9F2+f9eqYyF5AlIjaOel"
    "eT37KFPkSdKsmPUadR9wKRpyF02V2xkrG7arVCpO+GYmuYRND4JSmpTdFYl5KbHK8Vp2SG"
    "TnLtazUqZ1e+FeyYhALyX6FFqLrcLhBBS4s+q58R+ZP1vHEiy7H2XUPoNbH/SF1v37r/6W"
    "crINZfHj7cWFtEL7dW9L/RBodWYjd/e8YxPvZntVfVlGxL9t9H9AJFNvr4qjOruciGk1zn"
    "DPoqzMCim4t5l7zYeXNi7Jw/YGB3hQTF+8tNpLZTA4aLlgYMF/UGDKmak+4Qy8EMZBuaxE"
    "KwXy3Yrxrgh6A+BPWPknwI6o8W1M8bEwgUTH9ajQ/etwTstWj5UA4/N3rZXIz6VV+7HCTv"
    "5HA30y50X0vbL8+UArdVG208a3FbVbLiemfD6aaUR02Hi3DkSTX/ygEmZBpOn+1ZfE0Jzj"
    "kYMC/PPKStgSc7pierm0S18KYOYPjrJoejt/y5/AlBx+9agkVzy28+tWNscz9wUzcEzH1t"
    "1EWruZ/JS8bcL2Em7Ee7ddK2XcdYEUwp2gh7PTVu8xIC5nTWB0izdBYkN0C6gAChDTPjwV"
    "YHWx1sdTh2MoV8OHaauJYE3M8h3M8ulSJT+J95InqLC1pOVu/ghea58sP7oeBw6qJ2Z0Y4"
    "nJOdL43mbjKVEjnyTmeBA0+pyfWU5rYOBHJr7SycOJQ6ec4BBqqF4bv/0UetqGltSw5vBj"
    "Bg7NQEubt+IOpe2XzInF1vALtTHy5DmvQJBKyKQlHpoEkNCsnSqlErCBtC2PC0yIewIYQN"
    "dWW2U9hQ/BDtT6+BDRd4fmuGg5aR2fsX330X+Cu8PmuJzZaumnWKzoYUwCiiCAjQnmiAFo"
    "c28hk/Iim8Mr+wBIQBht0HGB6yQa7R8cQgjuxglTJkRxvqmm4CTyoLq3EBILu2i9nD41+I"
    "BE0buVV7CNCgQrqrEEjgOoF42L7DkHQooIobRnOdiKVUCwXI2P01ydXFduujh4D+0c3/el"
    "csc1Ty6up8VTdqh5KMwZypT8GrnhS7ZNbdjfIC8KFM1gyzFh/qEcvNdc6uN/AUe/huX1RH"
    "yg0JzAEG0jt8kkDaR1PGR8oB4BPVfKJ9ZmRXj35/ORBZywxiQUmylSr5qWCAUp7SlYOFQb"
    "5GPgsAkFk7JGeJaDJkFgAgkycTESLKU2tOpMoBkEklnUlFrSOiHDmqgiFypGvkaIV9HG5U"
    "pcyhYYK6plLWKT54aC9Jh2ShxqifbN5Fj7ifHnfW8JG/qVIuipSXeniwkg7TGBcsjTsZPh"
    "74a7o8W9jDPrJhQIBWymHWEiTM5VWTQUslXAljYDRrfnnZpSrj8rK5KoO9VzVwk8EitnTU"
    "kIMZyPbwscM0T0IhQFuBAdVdqH6MpShOLzehj+UEKmMdYakC5ex68+gdvjYZ2t9OGd35LX"
    "Z8SqDAyGi08soQk3zB4Zpl+TiydwS7yN5iXxSpbDOiRWgoTlOtjYqCyPFUxMABQQLKEqCP"
    "CyJp8JUxJmj1sY09OP0codWE7yJP7gC0ggFKa8kOG7zbSRFaQgCd9U4zUUx8KT7LECC0dq"
    "zsEA8jgZ3QyGcJAXSKzODQ/hqKenl9pK82m78Fij9KxG5k/cfycHiE5lcv14734mbV08GP"
    "97c3vGu3P1dQa4wBJ31H2xRDs22vxUlrfgjW75z1NlvmyO4ByeJ2GCJ4iKYMzcfXpRPZeq"
    "NUQSr29X6VH3+6Q15TZ8yWPq1mCIEzlll3xXSiYT/G7oqVDNIENUeN7YU0KaEfXff7tTp2"
    "BTkavkZMKSnvsHpSCbf/GtNKyjs+uXCMvJK8bwzM9dHPHmIYaLN8wKNMOFwbPqqwRMySko"
    "p6lSEQpqmHET3kyNWmlCFAaO3kAFrPmp9Kjyh7iiIuQ6FUQlP5Hry1sG737cmFUU9XAK/F"
    "UQ/QLFQ3YUgGVF/tFgrNbg2bkfUuDqNgm8RK+ABO/tasJXrj7i+CFkEnGqDZOuQRRTvPcS"
    "WrUiowA8M0wzcMwkuUxFzs5PeJNr3vkJemTc9j+a6UL1E6VP3ISG/b0PsEhNyOp9xef7i5"
    "uvtFnIl+LUhYuP7l4f0Vb+xRdRf4jmeHyBG3F24RhACsKInjcajGEgREME7Aw4WOsCcgZE"
    "p5qBynKmMhUKWphGH4jz7RERj+08lr7zD8p0suVBJb6Zmd0jWhT0/dNWlWSkpVQ5OT1lhG"
    "KqjhAxm/lhvoZA1i8hRGSETRRmXOIM6hQ5yjdotI8C3CGkj6KN0iUs78eLsQ5aA3c87jgO"
    "9ufLNGMbHALmjvAB6LWlQbwXGXvLZ5c17bvJbXlikDeaLrSAMJP+80O/y8ZXb4eX12uBsT"
    "gnxXqhtYGWMgzxddHpDNz0eeYdY7LVRpFcEBwZ9WTvcI44Vyw446FqrnlOXA6u7p11KSQw"
    "0LclCVA+uDotK7pgwD9lXZX+LQDWI/UhFBHQtyUL4LoIfTgSVA0CpOspYVhFDHghyU02Eh"
    "Q0KPDAlWCifqUtlePGdOm8qqI/a2gyP2ttEReyvoZhax6uONE27kdA2PBFdMWdU4EWNSsk"
    "K0AjJg1g4XSOsU15m3xHXm9bhOTplNkCPsldTc+VaENYD1Xo2SVCYcsXGsCkHjKmxC4tkn"
    "o+U0m36EzuSMN+kRXlUU7HLpXZ6clSqmglWwkAqmaSpYdrjSK7NTvAjIXFeZQ6q2+UKGVO"
    "0TEDKkap+ChGOC7GWM1MVcXQBkramsYdTmgeNXWQG1vASqQDisUE4igMqUacmHypQJKlME"
    "Sr4/ryc9v7eB21KXjJ7kllY6Lr3dmdzqI6vCLv0O1s3Pnz5J1FQN0fbXxOY+gqT+NPxvbz"
    "DTHC8DUHafLPjXdD1Tucv6Sw/UWtokmqQK+PjduHNevMBZttF666OHgP7RbTd+SRc0R3P+"
    "oVDzuL8Z72JRN27+itmrg973usImcce+3GdXFnVM4y1bxnp2vEcreELEcqz9M/W/QmvnhJ"
    "GVlll+e8YRpACHplEaW/kzq7mYUmGydp8pi7pp1dFPrjG1M9VCd2UoBO10DdrFJJTLSigQ"
    "kJEgnZFQ9AWo0t3eWVeUbANdx7OzXAk2Swigsza8MD01laCzhAA6a6M1ZdO9INNLXa9CTs"
    "gJ2Cor7ONwoyplDg0WqaZShmNkvc7R4MRniBOffJpo85HE2I3MsshmQ0SvFPh8JZyXxVy7"
    "hfIeNqgUd/NY3I0yHrMothWsLMdPw3AzaxUQi6Cd57zUA3qqi0BYT2OlM2sJ6+33mFrVZw"
    "0LRZ+KRZ8EuQg/qZpcHBosa11trub2eB2mPg1ob52I4qtZWzJGwasT3rPzzm5WmfJ894PK"
    "qqtF9vp092FtrGouQ4OlVUt4eMXeqmZcdLK6mokEi0hjxdBmEa1IsFUo2eVg5nViGL7XI3"
    "1QyvNcARl4tDxCS00nDqVO7nOAgfQOf3JPHw+i84eWThYZwIDzhwm6WPiBKO+k+Xgnu94A"
    "duF0RydFAj4oxPxVjM2WmH+DZ6k07vYIZTCSdzlVtD9PEq/7n+X88UavM89VB1fzNF1Ngl"
    "aIdVGXss4roGGMnMOKomJCvuni/rxpdn/eCNwfQrDcdIwSxAArcoIJAkxzPbLG3PKTSARQ"
    "4zgfxS86ttZyR+ziQ1u5g7qjC7nJJBWUAbRPoUvYYAVVx78KBsdfV8efuk34iZqOimLm4Z"
    "DYqamcIYp3AkKGvn0nIGQI1UKoVhMZ9A7Vyg3gzkKjQ/SLyWKxprWMmSCynVDWHN3OGH01"
    "wp2Kcfgw96/5J6R3c9ZhCCZ066NTZy0B8N9ix49wJPDvGwVQhpj0dBusHra4C1QthwJqEs"
    "EHmHOZqj7ZLpVVIIhgKAuu/KjoZ8QZ2B2Mt+O4XSg+dRernYGMZMPMtQZDudC10tbyiPbf"
    "HXLp9/tCAsqxyACsvt9mAZLkSnuXXjqKCVgqnH2kQmd/4yVKjQSwA7XRzG12YCa3rmc82f"
    "UGnl5ezDsc71zMm2fPz/nDnfxmkCC4jDGR5E6HaBcth2gX9UO0vaoTaZK2bJ4SyMCikcvL"
    "LqeVl5fNp5XsPX6I51KunmF/vYEbefh0qS0KQ2oT1PltTnQoQYygeOo8B6jBl5LBWDX4GZ"
    "Xys4F5JAz2UI2arDAJI7qZka/afIrDw+GmroebrLlMD0nzcBC0roJm7IeJqCTC/FWQSUHQ"
    "wQL9VESB16NnTAUN2Vya3j2JnOLsgLu7W1lGmedXDp/jDe0QD31gBjPdpiW/7agMZrp1Oi"
    "SDmW6HnOl2kKOxmyDCK+w6+1/On4xV3p61HIz5pQuhAPhEz71gqM6oNt0iWL4oRVU5IIRU"
    "FUOqIX2qOVEssiVa6ibLICP2+dQHCuVni+R5pABqnvc4yqlkFOywK0N1DjCuRnWUHgOT5o"
    "hovX2Hf1CyKY6eIIrYGmDaI4zbvaNUWEOD75OI1sLonFOQMsSK9QpXQmDt+Efn/IjQ8ku8"
    "8JpDa/wVs5bo2opea++Ki8dOPPccfx2zHDhIONdGYcxaAm+5vCRM3jLGiLBE1ex928Hofd"
    "to8r7lDd6dEwmy6JqjPtn1RjA7dcAHRc5aZitn1xtBNreNuzhvb5t9t7d11y14lpkknV1u"
    "knk3YM7SKg5F0fhmOgsEzD7m6cxPIrrbETnEGDYnzlNJrEp1H5+HQyxHXy8fuY/KfdQqYB"
    "CyrkImyFGOyToQqNNcuhCog0CdZnI4+kDd7WqVBMBqIxeT12dtUxbZFWNH4nYkWMZ0ZQjE"
    "aaMQZi2BuGybh4+xTACDgxkYxxglRwWHNr3r8JMg7nkdBB5y/IY9X8bx2XAUOBbb2f0wcT"
    "bc7e2nioVz/YGPwf38+fr93TfnCff0Ihw1OIvHkOB5tsSrZKRMdDbJzh4+feWJPlaEBVJt"
    "erwEms7AOzdAmVfUSUzWwpZqr6mTAjehOslfOVp9wp57a/WYRBkMMQldvdaQ9d1T0mk8Em"
    "K8irWIjEeF5rQ1nEGdQAY7tEhI2hHsInuLfdFMpVe3OIc2iOVDbHS1qT8FEsKfmj5I6K9a"
    "YbKlj3wFXSYGG3SrDabQCqaUtVrjEgbxPbFqKyhVM5Y5OCg5TZVcMmHRlu0JWUUZV8MyfF"
    "/IlDCF7pA1oAFkT53fB+eYh076SU+VpAVQxYEA1B0V6A40LfnQHajvCT50BzpodyCB+u7P"
    "7ZdiIUO5rT6xNMo7+RgszupZJ+zVWUvOyddgAd2VTjS3BKaKjOgPeo4vWz1nauXc8CNbgm"
    "dfNGy2md0cYCC95/MupYn0quaMkXmtPNEh69D+GooOWD/SV8UsV0B8QBC7kfUfy8PhEVsH"
    "agENPnYxqwb5Pt7f3vABjf0z9RFJTSWqosxr7DNKzp/88Keeo5+0pngUZbKjZicRkny/dT"
    "yvJTpU4KYLT1yOnKtxMf/hTW7nsf+0WXb3n68+fTrSvMlnB0eMj2k27uBZk7s4kqlrzi43"
    "JllysPNfHNqUHNtZ008Q+HuvZEJWoJAMKZEM6UQR2u6kNnEZYkxy3HCJDMQJN6KC8uYDpg"
    "IBdNaaHcS+VOOI/eVApIBIxRrdGMZD6Z6/scZPyI53agKugkHIugqZWkAhstEucCVHK3JA"
    "SIfrkcHgojCUbAdeRZkXDhgrT2rlbLEnF3ThcAZkSY3twELmH2T+mZ75l/ZZlz6p4GC9zi"
    "o0U+BTH1W4BDFuFLPIK2CwT3W1T13PweqlAhUwFApoKmPozX8KUj5gqrxmAj2pRO2T5V6f"
    "PG3NRNA7TZt+Aevm50+fDp6mfaTEtmRpF9Q2pxIXlH8NFnZ2cCfqdryH//jTHfLy0RBCzj"
    "8Gi6t0oeM1tWu8/zFu0nVGmDD3usRmWwq2XT53fTUV++zWRxYJni3kuBuLWVNWGGxRtKHs"
    "WM/Ij6xnErB/4mhjORZdnxKxoRDkUH83tBaIXrm0cBRanhNGVhKHmFmBRz8mslaYhNG3Zx"
    "zlU30mJJNr/CydWc3J5CQWBGDaznKVTRnd9M7Qp7lBHLnBVipmW4KYmOA8UmT8mA4hjp7s"
    "YzmGOPqjteM6iNAkYDPIkCH6MxWDZ2UoBMF1DZ0xQ13WyCwwJtk6h43bfE1rWvuFF/aFsU"
    "fGf9fYQrHtNKpQ/sRylc7qfnL6+qzFRU6ynA5Yp3zoesPD+pdjFQg1O5OQjDWRxSifcNgv"
    "1VA3fXqYMyDH/S3GRNVY5NBgL+pkL9bMloM8ab+kmlDwrM3eaXva7vXoIR+4coq/h8LX+V"
    "E7lL5vG/O8EB3VtXWp2AOMiBBw1eXfdRmNS69qri7/rjYcl3ohRDk7rgoGRa+Toi8LeYOo"
    "nBbIUWwVzsNB0LoKGv2+o5ZXqBjkq4BByDoJWQ+z7Y7K+hPe4ug+6dZQt964C9qMOLZvbI"
    "9daye9H0aZK5iHOYId26hsDZgrqJHL2Wz5HTqipZXlN0rTm+KWkGG5DDKQ6eFDWIlyk67/"
    "qaKgVVmfVmW7pXr9TxUMNhHYRLxNdO9u0DL20FLc37bydps9FGYX2tDy9nTNnuRviedxdr"
    "2Bj+LzTuGu85Zw13k93LV1yCOKdp7jStHMwcw7uhu+BW6mz2RoLmNgR3fb0czu+Fcg18u5"
    "jJmwpp9aW2dHasXj0EY++/Gip+MrDQJLQBi93r074N7gshdSGdBV1ISbe4VTvTX+7u4SC2"
    "iOBNTiAKzcxVbu0MahoaxaIwepLGUf/d5DyhwapKyplJO7McmWrwu5Ob2+ioImP/Lj/aDF"
    "jPn3FsQRT0DI0P3iTJcqCuh+0av7xWFLKe6fEdqdCcLhyeuztjg4uwLi3xD/PkD828Dc2p"
    "I+fUY7xQTAMhRsF51sFz3OQK92+CF4RL5A4edvtel8Z4eprqZXgd4HvX/q556jpPmTQO4k"
    "LrveQH5HGMRF0Ar/LkNvgQCCOxCcPBvsjRMKakFbTjkrKLAQX7UQIYxpqJWob4mInlGXY5"
    "dxcqATh6q3Mg8HOWsqZ4Ke6DNOUcpVMMhYUxnDicQZnEjoIIIjP5G4ipc4eu9H5OVMEKUq"
    "3py1xanYZTai12Hdmk9AqGqqUBUVtyi9ptkPzQEG+vqjBKsoYZJliQXCQI5HOAqKF1+RKz"
    "AaW1LzC4iBFI+yjZcocrAnXfrJwWD0G4x+O7w0wEHS/NYCB+ngIujtIHWZqjOmh4QIdjdn"
    "Au8ofWPW5hkVl2jjEp2KP9RzsEezp/OESChpiJcgJpqJl5ddzMTLy2Yzkb3HeTu7nZSrk1"
    "5uILujlMfST4yQL7D/mL3YYPgVkFNpvMLIGMT6Pmg+2h//D8cQ0GY="
)
