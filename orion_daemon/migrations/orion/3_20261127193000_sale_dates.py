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
    "eJztXWtz27i5/iscfemeGZ3MWl5n3X6z3aSbbGJnbG9PtzsdDkVBEmKK1IKkHbfd/34AUr"
    "yBIEXwJgh6v+Qi8YGk5wVfvnf8Z+IR7LlvbtaW6yJn8hfjPxPX2iD6D+6dqTGxttv0dfb/"
    "wJo70ZV2fI0fXTT3A2LZAX19aTk+oi8tkG8TvA0Y7C+GGzoOe9Gz6YXYXWUvhS7+PURm4K"
    "1QsEaEvvHbbxM/8AhiC28s8oSCrWPZaPKvf9EXsLtA35DPLmP/3T6ZS4ycReE34AWDRq+b"
    "wes2eu0arz64wfvoWvZF5qbtOeHGza7fvgZrz00B2A3YqyvkImIFiH1CQEL2y9gX35GQ/N"
    "j4R2SXxN8yh1mgpRU6QY6JuZm9NjHN27tH8+Hdo2lOJLizPZfxTr+qHxGwYl/hf/88m52f"
    "/zj7/vzt5cUPP/54cfn9Jb02+r7lt378I/4yGVvxUhFnH/724faRfSGPCjeWOnvhjwhjBV"
    "aMioSRsZ8XWUkMdGMRsRA4GCcN+jN5aSTc14kjeSGTR7Y9xxDIxvpmOshdBWv63/NZDdd/"
    "v7q/+enq/rvz2f8UCb/dvTOL3mLU5za6b9KbDj8LiL72PAdZbsWGz+M4pucUOBTVyc0wAN"
    "V12/ju7lOkS3z/dyfe19ymvv3l8/W7++/OIurpRTgo7PWMcMtxvBff3ISBxb6gL8m7CD4i"
    "/ekrR8v/xnKtFVqY81c51ZJHaahZLhsolstKvXLJqxXkLrbe7vnXlOM8ZjyGJ5NR+L34/v"
    "sGDNOrKjmO3iuy7KMgoF/BN7/6sWVVpPojfVVMdQnI8b3AdmD813CwX7JgjmBn1xD9+O4f"
    "jwVFkvD73eerf/DU33y6u47I8fxgRaJVJh8f7m6veTFQXSxlqKSAEbc5QdbidZy9fva2wV"
    "Y/e1u509lbAoZN+hOE+/wRfaswy3mcBmql0+bevO7e+XR3+7fkcn7HF6n3yAIR0w6J7xEZ"
    "6nkcUN+Oet/ceo5DTQ9L8DD95fHmr5S9AG9QjRS4JXhdv1vgTfKPBnLZWeHHqPD/evX47v"
    "HD53ezglCSV7/jtRJ78eHx6vMX4/8+PP5ksP8a/7y7fcc/F9LrHv85YV/HCgPPdL0X01rk"
    "6UheTl4SyZsg+vNs3FXmpWVA7mrLfYmJH/RxtwsWAtkrKnvsPiM38MiruQ39dVvBV6wCUl"
    "dU6k/0DddcemQj4zYUUa0MKsXEObTf4FhUESJC5EzXIgoMV2nDNSOwnTor4UGRKarIbOpb"
    "B22fWkVwDzI+5kCUwkIOt4v2Qi6CQciqCjnKl5uyee88an/2+wikOV4CnNUeLJ+E+e+0dq"
    "EoiPf0Vbxyf0avkTA+0C9uucJcd1yC8ZAsc2Qy+CPZZcmr2eObWC9ptUZh89Efv0AOirN+"
    "9/RuuP9wQ1lmJM8t++nFIguzgu1c2YBJH0kL6klh+nNFmdndSu9/vkdOlH+t5P5ztuhNuq"
    "ZGsig6sZutRwLzqzfvyNqHaKGP3lxbplJH3X91bdPxVl0ZSxZ8oOt98la6EheHtrpxdcfW"
    "0Jogc439aHeR0O2DrJ/i5e5DV1faWJScPhq2xKM/YtORs/tosS/xWroytkTUmt+GcwfbcQ"
    "lSN87e0+W+ZKvpypq3XHbXX2wNXQnqbjw0MxvUjAOVuWGWqzfzchZrwZYtvpULyFiBtceq"
    "uHPRo0f/2EvoTbyWRqTWmGL04iXuh7eCTXYTrasRh2wbbmYbbmPuCiR3yzFwnR9Ubheo9J"
    "cqmwcq3LYI03MvgZ31MjxRcUAbgTpRlKlR3UYQyarEf01+bXe9huW9/TcO+IjedIHpI8tB"
    "wl3uWuS1qvqUg/IF7K8B8o+Q8roNvCslTSPBlNnrD7dX97+K82zXgtLT618f311xUljS74"
    "PIlkiWWnMwDTf8QDWoMiQfoso3dO01sp9Q8m2OjuXd12+ZUCyAIWmsaKoJfdtiulw7GRfB"
    "IGNFZQyFAScgZCgMOAEh75xf6dKAIg6KA/oqDsgFI7qVB+QmNByZHJoWCBS3YKFE4Obq4e"
    "bqr+/qKgSkIrByUbG4MqMcBUsrNiqjXlHNwwBBLohoqXLrT2siWra3kHJBk+v78UAPK4CC"
    "4/n2hwaO59sfKh1P9lbR8Yz+lqA2uV7D2MmsUa/6rKZXfVbuVbdDQpBrS01dyGM05Pm8SU"
    "y2OiRbYtgL3YDIEZxBNOS3Scy7OuRdingzN+TfniulJfIYDRnuXw3vvrDpWO4qpLaTDNki"
    "rIak9zyqJWFLfopIGQljRDqMEYFRXDAKSkP9ApHgEwgSQiRYUyGXApFNOmqSua7d6jn1i0"
    "9C00wrprbEW4R20JGmL/EqmpNkbqzAXqN+uPrM1tKVsKz+l/5FcFfK0qLfd0lERW/SNt4z"
    "2tB/90Xb5916ujJnh37gbTr3gNzsltGVJujzg4Y1aL0alyBovarmxqfG1CJkg/S6s/SQrK"
    "UvXdYWm4H3hLp2hV5t8SNbRleawgUO+rE7r9hSTW3OY+FqwNKbpKlRcGJN1u5YfWLNrr0y"
    "uggKcE6uAAdOphmtwQzyBpqGlBUpLuafhSei3VoF9PO91v1EY3P93poHZtm8lB5mpOhET9"
    "m8a1Denoxf6Lu4XSk90ENle8Xwuy42s+BmrZ3gkLujG41vSFRK/1b1b4nFHj36yh/JCIRp"
    "Dso8nBqa3nnptbPCuRU0NMhnFxdNyl8vLqoLYNl7RZs8YS0iSoJ5HjdiR/x2/epjO54lc4"
    "wN8asAC4oyq6lOrtfweIAmxcZn1cXGZ6Vi481Witrd5foxO4iumBNLbvxOCgCCGxGMA7Qx"
    "V8QLt5LPwRIQCG9E+EFamJSmuecOpi3B1DTbYFd0Xkudpc0Be4kHHZroEY3uXLrTcpht3F"
    "IMIjTIopMslsTbtAuB83AYlaNoDDwSVOgG2Okg6DweJK2opAP67CSSU+TyGP0MiP79ZevZ"
    "wvSnYwcHUoYaj9OP6/6bdX8PLap2RDxXmgh5iEamwezshx9/uDx/+0NqEaSv1BkC5Yc+XX"
    "6Bk2RQ8zb+HAg27v6N62D3qUxwzYmQu+t14LZTW3OLwyDxxlohU5bxIgp4l+ed2iWRTrAc"
    "MyNTvsl/zzKdOv51klCLhv+V562cLBVlU6JWnmiAS/VtUrME3DPy90w+T2VurWAtIwshGK"
    "TQQnMF9PvMw6DFSBIBFDRUt5EksV/ktJlKkofCYJLmg0lCN6Wu5USF0gIQE1I0JgRlzicg"
    "ZBiPcgJC3lUayteyF3AwKLtbOXtJHmVhSA/KbnwOnmpyaFxOXNiCPZ2lnfpDxHJ9p4+zQs"
    "slxo/Z2hqJ56DTb9Q080btEa3fZ01K37l9KVMFX7hfInDPFfGCz2Qfk05NhXp4ZZ5uU6O6"
    "Hr7NhFyYjCszuTLAgSjsUR0BTAEQ9ZOP+uW/pgTnHAyYl2cevNMT8E6btk/VPcAbN1CB11"
    "r/XK/xWiuss24erNbd1lPOma3epQqdABW1dJc9iaTTu9JhiLrJh/AKctES8ATU0xjgCRzS"
    "E/C9kIgm/lSbpRlixF7XiQImUB8GKQosQdi2muzkeqBammrH8gNz4y0w/USBEq8pieSBQL"
    "40+UvsIHNt+YIyo2rNXQBpQPrQtb704wK6i2UozkG0I/is0eF+ZzWH+52VD/fDPmVvs41M"
    "67IhuKdMKI8csUoofeVoy4R2o6CjQ/zKtFca3zxsPN/9+2HN8N6aMHZHc0h7NXmYRs0tI/"
    "e9xjS2jUdyaKh7UzQeCdUyasUdoVqmj2qZBkHF4mRI+oa7QmRLcOejVFjs8H1uNY0kMGSx"
    "R4k2cVSWZ7Y2QluQ6hDR2uUuTpyZHBCrVUbLTmtitQczLVW71Q9jW8a+j0jPYtcir3UOky"
    "/yT18DdMR6VsjjrjUotSGp33/94fbq/ldxpOta0Ep0/evjuys+1sXUouy2z4Fg0/dl6SXP"
    "jm5mnmYzqXkbL7fzFMoax0d9stnW0Ubi7ZTC23U2yu5xYkdXNjNQ2PxtY5dON4K1FRiWsS"
    "CvBgld48ULnYURr/bG+LvlhMg3LILodZ6PDG9J/4GM+CfG2AVmB2pNjfmrEd/tBvslbyac"
    "DEf7UDiQRWFdVmdPwVRoqej/MHMxU4XTOMGSIjTkuP+ZVnO0pE9n6WZ4DgaN8O0b4a1lgI"
    "j8NIICCvjvMIggPSy9reucQcGT6MuTyKjt7k/oeIo971SUtqJyrgXjv8qv2Mlmn1PBzknt"
    "P+QJ1rgq+qDOGodKVKhEVdnyaFujJzsKrADSoIQMCiMPXrfXf2EkVFlDlfUpkH+MxalHP8"
    "KOUrcgryYJBQGTfZzngFAPLMc5/dwlJhuRktm/03NQ4F2Cd+oROxj50pGpIg4KhtsWdcwt"
    "H0mTnwMB822Z9wPJ00xSgBa+KJdba2Khz6ot9FnJQl+zdWxvIUVxAaSBuTi0GxTxRZAlzO"
    "1UW+YcTAOiR+/yJcQj0tu7iNKA9sHd/IiwDfJ9YWC2xt/ngRqQPfYejwpEzcAL4gOoJcyT"
    "IhBMlNbGYUTkwnNFzv9eASQ4bXokR2Z/6/kVp1nVHueaQwHz7Zi316H7ZBLvRVDsXt1cVw"
    "BpQ31vjcGSdAKRlcfcxQcXyGzNDAF0lg4MiYcwStCZQwCd5fNX4gJVKULzGKC03Hj1Fdly"
    "WzQPAUJLobcnvN1K8ZlDAJ08nQvsW5Qdi0hRyqGAVp7WF4u49PNkjKY8BAgtOVTEo79yI0"
    "NoHgKElm58FERPGeni/hIQ6vvb1/cTRH+2z9icS53azuM0CFFySaVG49pmNePaZuVxbQtk"
    "44U010UUMN2EaTjd7wRGWfmB1X5eWREM48oUlfESu9hftxUyhwYpKyplFsJxkSM/lK6Agw"
    "bDDgVFrGNZlv48Csjvq7szYrUsCNnGzodkmSOTQdOmzvzmqzg5U6BiuvN6ky2kKbNFrdrh"
    "VNLiuJtuUxb5GTuacC/qtk8CR30Q9iVeSyfGBm/GTjirasjOcbqvKTsfA4TG7BNszMai+q"
    "dK8pPLdTKmeosYLxPKmjem7l7VsOh9kOMkqqqx6+LA4xdij8Zx/zXBLaqBD1IHrEjEoo9K"
    "4Gc2oFCG8BSgQaR9bLJ99IwIDqTSG3mMFjt80DkkMJBLxZANDOTSZyBXclBv2fvLHeFb6f"
    "ftJpkOcvhAGhj0n0I4d0AdxTCtcQCZqGQehvHlGj4HB5mAi32T3l/4ucWAkQwH40Waj1xY"
    "BVjKP0yub7WhFcu1cg54E+fwrNo5PCs7h1spaneX68fsIJpiTixXKniUAoDgRgQnI9wjni"
    "R45nH60d3/XHI7JAS5tpSbncfox/F5A4rPKxk+L29mbCNzg12PyBnPHBDax1sXpFhskmdb"
    "MYjQIItOslgSb9Oy0pKDQxWeolV4kaBCN8BOB0Hn8SBpRSUd0GcnkRwhlsfoZ0AMYKR57q"
    "JiBkeNlZYH6cdy/xlVB7tPMtm95HoduB07u4c31gqZsowXUcC7PO9UsUc6wXLMjExf/lSk"
    "+mWgjbJ9G+XK81ZOdoydTYlaeUTgn1ffJjVLwD0jf8/kw0rSx0gIwSAFeSnsfoDZ5nwaEV"
    "YHGQx7TI21RMGr6QeeLXhI18RLijCNYiV9j86ClmKdHePdeK52Qi6CQciqCrnp2cV1EebG"
    "pxcfs+6EJlS9yYcm1JGbUAVaozvHn7NFcxWKx6VwmvJdrXY7tKkmC22swF537VPdieAzW0"
    "sfOYh9a2K5fkxHP6Q9ZgtqpDOKMVT3GblUabya9C+CO3dFJ8u9o6u96k/axntGG/rvvmj7"
    "vFtPV+Y8skDExEHnbvI7ttCHoFEn+THqNOpeIPLchy67z1bSdlctl4h03VBsDZ0IGr4lJb"
    "YpKvtSUpNjX3NKYuhE1+7rUZlcuYa3ZRLyyJ98g1B1uZkjghYGfVa/IPIX42VtBYZl7KaG"
    "0GtC94m63q7x8PMvhkeMvz1+uDU2iF5uLOl/gzX2jchufjPhGB/6s+q7anK2JfvvE3qFJh"
    "t1fNWpUd1kw0mucQV9EaZh0835rEld7Ky6MHbGJxjYXSFB8e5yHaltNIDhvGYAw3l5AEOs"
    "5qQnxHIwDdmGIbEQ7G8X7G8b4IegPgT1j5J8COoPFtRPBxMIFEx3WrUP3tcE7JUY+ZAPP1"
    "d62VyMeq+vnQ+SN3K4q2kXuq+57ZdWSoHbqow2nta4rW2q4jpXw6mmlActhwtw4EgN/0oB"
    "OlQajl/tmX1NCc45GDAvzzyUrYEnO6Qnq5pElfCmDmD4qyaHo7f8ufoJwcTvUoFF9chvvr"
    "RjaHPfs2M3BMx9ZdRFrbmfyEvG3M9hRpxHu7HisV3H2BFMKVoLZz1VbvMcAs7pLB8gzcpZ"
    "kNwB0hkECK04Mx5sdbDVwVaHtJMu5EPaaeReEnA/+3A/m3SKjOF/poXoNS5ovli9gRea1s"
    "r374eCw6mK2p1q4XCOll8azN1kKiWw5J3ODAeeUpXrKc1tGQjklsZZWKEvlXlOARqqhf6n"
    "/9FHrWhobU0NbwLQ4NipEWp3XU80vbI6yZxcrwG7YyeXoUz6BAJWWaOodNCkBIVi6bZRKw"
    "gbQtjwtMiHsCGEDVVltlHYUPwQ7U6vhgMXeH5LhoOSkdmHV9e+8dwlXk1qYrO5q6aNorM+"
    "BTCKKAICtCcaoMW+iVzGj0gKe84vzAHhAMPmBxgeckCu1vFELwxMbxkzZAZr6pquPUeqCq"
    "tyASC7tIvZw+PfiHhVG7lWewjQoEKaqxAo4DqBeNhuwpB0KKCI60dznYilVAoFyNj9JcmV"
    "xXbnokeP/tHM/7rJljkqeTV1voobtUFLRm/O1CdvryfFLpk2d6McD3wonTXDtMaHesJy5z"
    "on12uYxe5/2hfVkXKHBKYADentv0ggnqMp4yOlAPCJSj7RrjKyqUe/uxyILFUGsaAk2Ui1"
    "/BQwQClP6dLCwiBfJZ8ZAMgsJclZIZoMmRkAyOTJRISI6tSqC6lSAFRSSVdSUeuItI4cFc"
    "EQOVI1crTELvbXbaXMoeEEdUWlrFJ88NBekgrFQpVRP9m6iw5xPzXurP4jf2OVXGQlL+Xw"
    "YKEcpjIumDvupP944G/x8mxhB7vIhAMClFIO05ogYSqvkgxqOuFyGA2jWbOLiyZdGRcX1V"
    "0Z7L2igRsdLGJKRw05mIZs9x87jOskWgRoCzCgugnVT6EUxfHlOsyxHEFlrAIs1aCcXK8f"
    "vf33JsP42zGjO7+HlksJFBgZlVZeHqKTL9jfsCwXB+aWYBuZG+yKIpV1RrQIDc1pbXujAi"
    "+wnDZi4IAggdYSoI8LImnw5TE6aPWhjT3Ifg4wasK1kSOXAC1ggNJSscMab7dShOYQQGd5"
    "0kwQEleKzzwECC2llS3iYCSwEyr5zCGATpEZ7JtffdEsr4/01WrzN0PxqURsB8Z/DQf7R2"
    "h+dXLteC9uWswOfny4u+Vdu11eod1gDMj0He1QDMW2vRKZ1jQJ1i3Pepcsc2T3gGRzOxwi"
    "eIihDNXp61xGtjwoVVCKfb1b5f3P98ipmoxZM6dVDyFwxjKbrhifaNiNsftsJY00QclRY3"
    "shLkroRtfDbq2GU0GOhq8BS0ryO6xcVMLtv8qykvyOjy4coq4knRsD5/qoZw8xDIxZPmAq"
    "E5Jr/UcVFohZUlJRrzwEwjTlMKKDLLnelDwECC1lDmD0rP6l9Iiy11LEeSi0Sigq34OPFl"
    "btvj25MOrpCmBfHPUAw0JVE4ZkQHXvtFAYdqvZGVk3oR94myhWwgdw0remNdEbe3cRjAg6"
    "0QDNxiJPKNg6li3ZlVKAaRim6X9gEF6gKOZiRr9PtOldi7xWbXoey0+lfA3iQ9WPjPS6Db"
    "0rQEjteMrt9Yfbq/tfxZXo14KChetfH99d8cYeVXeeazmmjyzxeOEaQQjALSVxPA7VUIKA"
    "CMYJeLgwEfYEhEwp91vHqfJYCFQpKmE4/Eed6Agc/tPIa29w+E+TWqgottKxOqVpQZ+aum"
    "vUqpSYqoohJ7WxjFhQ/QcyfssP0EkGxKQljFCIoozKnEKcQ4U4R+kWkeBbhNWQ9EGmRcSc"
    "ueFmLqpBr+acxwHfzfhmg2JCgV1QPwE8FI2o1oLjJnVts+q6tlmpri1RBvJEl5EaEn7W6O"
    "zws5qzw8/KZ4fbISHItaWmgeUxGvJ83uQBWf185Blms9P8NqMiOCD4063LPfxw3npgRxkL"
    "3XOt5cD67unXaiWHEhbk0FYObA5Km9k1eRiw35b9BfZtL3SDNiIoY0EOre8CmOF06DJMyM"
    "yrkZlnLVii6Yj1TVv6jEcsOgCXDRyAy0oH4FIwRStgXa9ry1/LKRoeCS5Aa1VjBYxJyc7E"
    "AkiDM164AE6jeMKsJp4wK8cTUspMgizhjJ7qiasirAasdxrQ0+ZkHXYMaItgZRE2IvHsk9"
    "FinE0/wERsxpv00VFFFOxy6V0e5ehaliAVsFCCpGgJUhLU71RRKF4EZK6qzKFEWH8hQ4nw"
    "CQgZDoU7sMebtPrJS6AIhPBm63QX1FCPSz7UUI9QQy1Q8t15PemTJiu4zfVzdyQ3t9Jx6e"
    "3G5BYfWQV26Xcwbn/59Emi+r+PAZU6jqEQlJ/GAUNzjZnmeO2BsodowZ/i9XTlLpmE2tMQ"
    "VJ1okmo14Xfj1np1PGtRR+udix49+kez3fglXlAfzflHi+6c3c14H4rmxvJXTPceSbzTFS"
    "YJG06QnVwZ1DENN2wZ48VyngzvGRHDMnbP1D/5xtbyAyNuCHoz4QhqAYfxJgpb+VOjuu2n"
    "xRmwcPqrRK4LUzuzXdwuD4Xwu6pBu5D4cnnMDAE5TOkcZtbBWqS7fgakKD0P83GT7I8Emz"
    "kE0Fk6ZivOs0jQmUMAnaVD4GQLRKA2pL1ehSzyCdgqS+xif91WyhwaLFJFpQxpZLXyaJDx"
    "6SPjk557V52SGHrkThLZrIjo5QKfe8J5Scy1WSjvcY1ycTeHxd0o4yGLYhve0rDcOAw3NZ"
    "YeMQjaOtZrOaDXdhEI6ymsdKY1Yb3dHmvXJ1bCQptYyzYxgmyEn9uaXBwaLGtVbS5VTng+"
    "EcVXsrZkjIK9ZxEn+c5mVlnrk4gPKqumFtn+c4j7tbGKtQwVllap4GGPvVWsuGhkdVUTCR"
    "aRwoqhziJaEm/TosmPg+nXu93/VDL6oJTnuQDSMLU8wPA3K/SlMvcpQEN6+8/c08eDKP9Q"
    "0/ueADTIP4zQ9+56orqT6vROcr0G7EJ2RyVFAj4oxPzbGJs1Mf8Kz7LVwYxHKIOBvMuxov"
    "1pkXjZ/8zXj1d6nWmtOriap+lqErREbN6vlHVeAPVj5BxWFAUT8m0T9+dttfvzVuD+EILl"
    "5rjnIBpYkSPMumaa64mNkJWfmS+Aasf5IH7RsQ2jOmIXHwZRHdQdncvN0C+gNKB9DF3CRo"
    "C3dfyLYHD8VXX8qduEn6np2FLMPBwKOxWVM0TxTkDIMOnrBIQMoVoI1Soig86hWrmjYpPQ"
    "aB/zYpJYrG4jY0aIbEeUVUe3E0b3RrhjMfYf5v4t/YT4bk4mDMFZsuro1GlNAPz30HIDHA"
    "j8+0oB5CE6Pd1664fN7oK2lkMG1YngA5zIFqs+2SmVRSCIoC8LLv+o6GbEaTgdjLfjuF0o"
    "zrqL1U5PRrJm5lqFoZzpWmlreUD77x7Z9Pt9IR7lWGQAFt+vswBJdKW5jS8dxATMNc4+Ua"
    "Gzv/ECxUYC2IHKaOY6OzCRW9McT3K9htnL81mD9M75rPqU5Bmf3ElvBgmC8xgdSW6URDuv"
    "SaKdl5NoO1Un0iR11Tw5kIZNIxcXTbKVFxfV2Ur2Hn/s30Kun2F3vYYbuf9yqQ3yfWoTlP"
    "mtLnTIQbSgeOw6B+jBl5LBUD34CZXyp4nySDjYo23UZImJH9DNjNy2w6c4PCQ3VU1usuEy"
    "HSTNw0HQqgqase9HopII8xdBOgVBewv0UxF5ToeZMQU0VHMpevdEcgplz9cuovTzK/uv8Y"
    "ZxiIdOmMGZbuOSX5cqgzPdGiXJ4Ey3Q57pdpDU2HuEFl/CuYNta/fj+eQYf8W0Jj22pNea"
    "2+zioRNkjuWuQharg8SYMnp4WpMYS+UlYfvlMVrEY4um32UDy++y0vC75O2+rRUIon3Vwe"
    "7kei2YHTvSjQJrJbOVk+u1IJvbxk0ykJfVCcjLcv7Re5E58Sa5XCerucfYyjL0RbmYajoz"
    "BJzRwtOZJqGa2xEpRBs2R/anI6uy/TEePBzi66pGCO01sp9a93sWwCBkVYVMkNU60G9BkF"
    "9x6ULwWa34J0TqNDiLZ7mMAmCl0fDR69O6afDsiqEjcVviLUK6MgTilFEI05pAXLLN/adQ"
    "JoDBwTSMYwxS4Yt9k951+FkQ97z2PAdZbsWez+P4QkgKHIrt5H4YuRDy7u5TwcK5/sDH4H"
    "75fP3u/ruziHt6EQ4qk6+W8qe7TxZ4GY2+DCaj7Oz+awye6WNFWMhRp8dzoPEMvDMNlHlB"
    "nYRkJWz93KdOMtyI6iR95Wj1CXvurdrHJPJgiEmo6rX6rD+4lU7jkRDjbVkzxXhsMUSjhN"
    "OoY6G3pEVE0pZgG5kb7Ipmv+7d4hxaI5YPsdHbTSfNkBD+VPRBQn/VEpMNfeS30GVisEa3"
    "Wm8KLWOqtVarXEIjvkdWbRml7YxlDg5KTlElF02CN2V714so7aaZ99+/HhPWoou9BNSA7L"
    "Hr+yCPeeiinzirJC2AIg4EAF1Mx0I+dDFBF5OqzDbqYhKo7+7cfskW0pTb4hNLobqTj958"
    "Uq46Ya9Oa2pOvnpzOAbyRGtLYPrhgP6gY7my3XO6ds71P1rSe3HlTntMARrSezZr0ppIr6"
    "quGJmV2hMtsvLNr74owfqRvipmuQDiA4LYDoz/Gg72j9g6aBfQ4GMX02KQ7+PD3S0f0Ng9"
    "U5+Q1PTUIkq/6SuD1PzJD6ntOKJWaYoHUSZbanYSIckPG8txaqJDGW688MTFwLUa57Mf36"
    "Z2HvtPnWX38Pnq06cjrZt8sXDA+Bhn4/ZeNbkNA5m+5uRybYole8v/Yt+k5JjWin6CwN/b"
    "UwlZgEIxpEQxpBUEaLOV2sR5iDbFcf0VMhDLX4sayqsTTBkC6CwNOwhdqcERu8uBSAGRLX"
    "t0Qxhjq3r9xgo/IzPcthNwEQxCVlXI1ALykYm2ni05Ap4DQjlchwoGG/m+5DEqRZR+4YCh"
    "6qSW1gY7ckEXDqdBldTQDixU/kHln+6Vf/QZTL+/dKaCg3XKVSimwMdOVdgEMW5aVpEXwG"
    "Cfqmqf2o6F27cKFMDQKKCojJfY7TC3j0ODlBWV8gFL5RUT6EkVap8s9+rUaSsmgs5l2vQL"
    "GLe/fPp08DLtIyW2pko7o7a6lDij/Ks3N5PEnWja8Q7+/ud75KRHQwg5/+jNr+KFjtfULv"
    "H+x7BF1wlhwtrrHJt1JdhmPu+6txR7cucig3gvBrLstcGsKcP3NihYU3aMF+QGxgvx2D9x"
    "sDYsg65PiVhTCLKov+sbc0SvXBg48A12mqERxSGmhufQjwmM6CjLNxOO8rE+E4rJFX6WTo"
    "3qYnISyhyzuLtap56z3rK5XhjY3kYqZpuD6FjgPFBk/JiSEEdP9rGkIY4+tXZciQhFAja9"
    "HDJEf2bL4FkeCkFwVUNnzFCXNTIzjE62zmHjNl/jntZu4YVdY+yR8d80tpBtO4U6lD+xWq"
    "VJ2U+OX5/WuMhRldMB+5QP3W94WP9yqAahamcSirFGshjlCw67lRqqpk8PkwOy7N9DTNoa"
    "ixwa7EWV7MWS2XKQJ+2XWBMKnrXJO3VP250ePeQDV07xd1D4Kj9q+9L3dcc8z0WpuropFT"
    "uAFhECrrv8+yZH49KrqrvLvy8djku9ENK6Oq4IBkWvkqLPC3mNqJzmyGo5KpyHg6BVFTT6"
    "tqWWl98yyFcAg5BVErIaZts9lfUnvMHBQzStoWy9cRfUGXFs35gOu9aMZj8Mcq5gGubwtm"
    "yjsjXgXEGFXM5qy+/QES2lLL9Bht5kt4QMy3mQhkz3H8KKlJt0/08RBaPKuowq2y7a9/8U"
    "wWATgU3E20QP9hotQgctxPNtC2/X2UN+cqEJI29P1+yJ/pZ4HifXa/goPmsU7jqrCXedlc"
    "NdG4s8oWDrWLYUzRxMv9Rd/yNwE30mQ3MeAzu62Y5mdse/PblZznnMiD391NqaHKkVj30T"
    "uezHi56OewYE5oBw9Hrz6YA7g8ucS1VAF1Ejbu4ljvXW8Lu7SSygOhJQigOwdhez9YQ2Dg"
    "1t1Qo5SHkpu+hbBylzaJCyolKO7saoWr4s5Ory+iIKhvzIH+8HI2b0v7cgjngCQobpFxNV"
    "uihg+kWn6ReHbaV4eEFoOxGEw6PXp3VxcHYFxL8h/n2A+LeGtbU5ffqCti0LAPNQsF1Usl"
    "3UyIFebfGj94RcgcJP36rT+dYWU11NrwK9D3r/1POeg5T5E08uE5dcryG/AxzERdASf5Oh"
    "N0MAwQ0Ijp4N5tryBb2gNVnOAgosxL0WIoQxNbUS1W0RUTPqcuwyjhI6od/2VubhIGdF5U"
    "zQM33GtZRyEQwyVlTGkJGYQEZCBREceUbiKlzg4J0bkNeJIEqVvTmti1Oxy0xEr8OqDZ+A"
    "UNVYoSoqblF5TbUfmgI09PUHCVZRwiTbEjOEhhwPkAoK51+RLTAaa0rzM4iGFA+yjRcosL"
    "Aj3frJweDoNzj67fDSAAdJ8VsLHKSDi6Czg9TkVJ0hPSREsL2eCLyj+I1pnWeUXaKMS3Qq"
    "/lDHgz2qPZ1nRHxJQzwH0dFMvLhoYiZeXFSbiew9ztvZbqVcnfhyDdkdpD2WfmKAXIH9x+"
    "zFCsMvg5zK4BVGRi/W90Hr0f74f9MdJpg="
)
