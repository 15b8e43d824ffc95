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
    "BFEgRBmuBNENQvc5H4QdLXYLO70Zd/nwUEB/637zaO7yPv7E/Wv898Z4voP4R3ZtaZs9vl"
    "r7P/R87CS65002vC5KJFGBHHjejrK8cLEX1piUKX4F3EYH+y/Njz2IuBSy/E/rp4Kfbxbz"
    "Gyo2CNog0i9I1ffz0Lo4AgtvDWIY8o2nmOi87++U/6AvaX6HcUssvYf3eP9gojb1n6DXjJ"
    "oMnrdvSyS167xusPfvRjci37IgvbDbx46xfX716iTeDnAOxH7NU18hFxIsQ+ISIx+2Xsi+"
    "9JyH5s+iOKS9JvyWGWaOXEXsQxsbCL185s++b2wb5//2DbZwrcuYHPeKdfNUwIWLOv8D//"
    "O59fXPww/+7izdvL73/44fLtd2/ptcn3rb71wx/plynYSpdKOPvwlw83D+wLBVS4qdTZC3"
    "8kGCdyUlQijIJ9XmQVMdCNReRCEGCCNOjPFKWRcd8kjuyFQh7F9pxCIFvnd9tD/jra0P9e"
    "zBu4/tvV3bu/Xt19czH/7zLhN/t35slbjHpuo4c2venwk4To6yDwkOPXbHgeJzC9oMCxqM"
    "5uhhGobtrGt7efEl0Shr956b4WNvXNz5+v3999c55QTy/CUWmvF4Q7nhc8h/Y2jhz2BUNF"
    "3mXwCenPXzla/reO76zR0l68qKkWHmWgZnnbQrG8rdUrb0W1gvzlLtg//9pyzGOmY/jsbB"
    "J+L7/7rgXD9KpajpP3yiyHKIroVwjtr2FqWZWp/khflVNdAQp8L7EbWf+xPBxWLJgj2NkN"
    "RD+8//tDSZFk/H7z+ervIvXvPt1eJ+QEYbQmySpnH+9vb65FMVBdrGSo5IAJtzlBzvJlmr"
    "1+/qbFVj9/U7vT2VsShm36E6T7/AH9XmOWizgD1Eqvzb192b/z6fbmL9nl4o4vUx+QJSK2"
    "G5MwICrUizigvhv1ob0LPI+aHo7kYfrzw7s/U/YivEUNUhCWEHX9foFvs3+0kMveCj9Ghf"
    "/nq4f3Dx8+v5+XhJK9+o2oldiL9w9Xn79Y//fh4a8W+6/1j9ub9+JzIb/u4R9n7Os4cRTY"
    "fvBsO0uejuzl7CWZvAmiP8/FfWVeWQbkrrfcV5iE0RB3u2QhkL2mssf+E/KjgLzYuzjcdB"
    "V8zSogdU2l/kjf8O1VQLYqbkMZ1cmg0kycY/sNnkMVISJEzXQto8BwVTZcCwK7qbMKHhSZ"
    "porMpb511PWpVQYPIONjDkRpLOR4t+wu5DIYhKyrkJPzclv13JtHvX76fQTSnO4AnOUerB"
    "6l59957kJZED/SV/Ha/wm9JML4QL+440vPutMUjPtsmSOTwR/ZLsteLR7fxHnOszVKm4/+"
    "+CXyUHrqd0fvhrsP7yjLjOSF4z4+O2Rp17DNpQ3Y9JG0pJ4Upj9XdjK7X+nHn+6Ql5y/1n"
    "L/uVj0Xb6mQbIoO7HbXUAi+2uw6Mnah2Shj8HCWKZyRz188V3bC9Z9GcsWvKfrfQrWphKX"
    "hrb6cXXL1jCaIHuDw2R3kdgfgqy/psvdxb6ptLEoOX007EhAf8S2J2d3yWJf0rVMZcwPIr"
    "zCbpp+1I+vG24pU+laIer87OKFNwxlP9LlvhSrmcpasFr1V/dsDVMJ6m9rtbOy9AybVblh"
    "hn4wDzgDv2T6l9/i4ldO5LxihN366CGgf7xK6Lt0LYNIbbBc6cUrPAxvJRP2XbKuQRyybb"
    "idb4WNuc8n3S/HwE1uY7W6ota9rK21qPFyE8zApRduUfrxSMUBVRf6BJ1mVn3VRSKrCv8N"
    "x5H76w3Mhh6+ziJE9KaL7BA5HpLuct8hL3XJugJUzPd/iVB4hJQ3beB95m0eOKfMXn+4ub"
    "r7RX4seS3J1L3+5eH9lSCFFf0+iOyIYma6ADNww4+UsqtC8iGSomPf3SD3EWXf5uhY3n/9"
    "juevJTCcsWt6Mod+32G6XDcZl8EgY01lTB0mn96JS+dF4lHV2r8CqtMBrGby3JvC8/Pvf/"
    "j+7cWb73MLOH+lyfCtlvtBgsoJ3D2QoHICQt5HFZRTVMo4SFIZKkmFi/L0S1PhOoUcmRza"
    "JqqUt2ApVeXd1f27qz+/b8pUUQptq4Ub0wyhangxzxyqDScmuTcjRA8hVKjLrT9rCBW6wV"
    "LJt8+uH8a1P6wASh79m+9bePRvvq/16NlbZYM1+VuB2ux6A4NS81Y9E+YNPRPm1Z4JbkwI"
    "8l2l7h88xkCeL9oEu+tj3RWGg9iPiBrBBcRAftscJtSfJVSOEpgb8q/AV9ISPMZAhodXw/"
    "svbHuOv46p7aRCtgxrIOkDtwzK2FLvZlNFQjubHu1soCUctCQzUL9AJPgEgoQQCTZUyJVA"
    "ZJvKrqy/cL9EWfPik1C81YmpHQmWsRv1pOlLuorhJNlbJ3I3aBiuPrO1TCWsSKymfxHcl7"
    "I8m/p9FlExm7Rt8IS29N9D0fZ5v56pzLlxGAXb3sU17/bLmEoT1JtC4STUtE1LENS01XMT"
    "UmNqGbOGjv1Zus/WMpcuZ4ftKHhEfcttr3b4gS1jKk3xEkfD2J1XbKm2NuexcDVi6k1WLS"
    "qZnFTUkdZPTtrXrSYXQQLOySXgwISkySr34NzA0JCyJsnF4rPwRLRbp4A+X8Q+TDSWK6Q3"
    "PDDLGtEM0HzGJHqq5l2L9Pasr8XQye1a6YEBMttrmjD2sZklN2tjawzujm7VFyNTKcNb1b"
    "9mFnvy6Kt+JCMQ2mRo83BqaXrz0utmhQsrGGiQzy8v26S/Xl7WJ8Cy98o2ecZaQpQC8yJu"
    "wlYDu81LiN20Sc8xdhpYR1iSlFlPdXa9gWMq2iQbn9cnG59Xko23OyVq95ebx+woumJBHL"
    "W+RjkACG5FMI7Q1l6TIN4pPgcrQCC8FeEHKWHSmuaBK5h2BFPTbIt92dygJktbABrUkGMS"
    "o5s77nQ8Zht3FIMMDbLoJYsVCbbdQuAiHHoQaRoDTwQV+xH2egiax4OkNZV0RJ+dRLE9H4"
    "8xz4AY3l92nhxMfzr2cKRkqIk487gevlj3t9ihakfGc62JwEMMMg2G65sW+EucHQa1L+Pn"
    "QLBxX9+4HvYfqwQ3TCbdX28Ct73KmjsMJcVbZ41sVcbLKOBdnXdqlyQ6wfHsgkz1Iv9Xlu"
    "lV8W+ShDoU/K+DYO0VR1EuJWodyBq41N8mDUvAPaN+z/DnVPbOiTYqspCCQQodNFdEv88i"
    "jjq0JJFAQUP1a0mS+kVel64kPBQak7RvTBL7OXUdOypUFoCYkKYxIUhzPgEhQ3uUExDyPt"
    "NQPZe9hING2f3S2SvyqApDuVF26wGDusmhdTpxaQsONNM994eI44feEENYqynGD8XaBonn"
    "oN1v9DTzJq0Rbd5nbVLfhX2pkgVful8S8MAZ8ZLPZB+Td02FfHhtnm4zqz4fvkuHXOiMq9"
    "K5MsKRLOxRHwHMARD1U4/68V9TgXMBBsyrMw/e6Ql4p23Lp5oe4K0LqMBrbX6uN3itNdZZ"
    "Pw/W6GrrmeDM1u9SjSZAJSXdVU8iq/SudRiSavIxvAIuWgKegH4aAzyBQ3oCYRATWcefer"
    "O0QExY63qmgQk0hEGKIkcStq0nO7seqFam2nPCyN4GS0w/UaLEG1IiRSCQr0z+CnvI3jih"
    "JM2oXnOXQAaQPnauL/24iO5iFYo5iHEEn7ca7nfeMNzvvDrcD4eUve0uMa2rhuAraUI8cs"
    "IsofyVo00T2reCTob4VWmvNb5F2HS++3fjmuGDFWHsR3MoezU8zKDilonrXlMau8YjBTTk"
    "vWkaj4RsGb3ijpAtM0S2TIugYrkzJH3DXyOyI7j3KBUWO/yRW80gCYyZ7FGhTR6VFZltjN"
    "CWpDpGtHa1jxMXJgfEarXRsrOGWO3BTEvdbvXD2Jap7yPTs9h3yEuTwxTK/NOXCB2xnpXy"
    "uC8Nym1I6vdff7i5uvtFHum6lpQSXf/y8P5KjHUxtai67TkQbPqhLL3s2dHPzDOsJ7Vo43"
    "E7T6NT43TUJ+ttnWwk0U4pvd1ko+wfJ25yZTsDhfXftvbH6Va0cSLLsZbkxSKxbz0Hsbe0"
    "0tW+tf7meDEKLYcgel0QIitY0X8gK/2JKXaJ2UCtmbV4sdK73WK/5NszQYaTfSgMZNFYlz"
    "XZU9AVWin6P05fzFzhtD5gyREGcjx8T6sFWtGns3IxvACDQvjuhfDOKkJEvRtBCQX892hE"
    "kA9L7+o6F1DwJIbyJApq+/sTJk6xF52KylbUzrVg/Nf5FXvZvOZUsDmpw4c8wRrXRR80We"
    "OQiQqZqDpbHl1z9FRbgZVABqSQQWLkwfP2hk+MhCxryLI+BfKPMTn16FvYUeqW5MUmsSRg"
    "8hrnHBDygdU4p5+7wmQrUzKv73QOCrwr8E49Yg+jUDkyVcZBwnDXpI6FEyJl8jkQMN+V+T"
    "BSnGaSA4zwRYWztTYW+rzeQp9XLPQNW8cNlkoUl0AGmItju0EJXwQ50rOdestcgBlA9ORV"
    "voQERHl7l1EG0D66m58QtkVhKA3MNvj7ItAAsqfe40mCqB0FUTqAWsE8KQPBROlsHCZELg"
    "Nf5vy/KoAMZ0yN5MTs74KwZppV4zhXDgXMd2Pe3cT+o02CZ0mye31xXQlkDPWDFQYr0glE"
    "1o65SwcXqGzNAgF0VgaGpE0YFejkEEBndf5KmqCqRCiPAUqrhVdfkau2RXkIEFoJvT3i3U"
    "6JTw4BdIp0LnHoUHYcokSpgAJaRVqfHeLTz1MxmngIEFpxqEhAf+VWhVAeAoRWbnwUJU8Z"
    "5eT+ChDy+7vn9xNEf3bI2FwoTW0XcQaEKIVDpVbt2uYN7drm1XZtS+TipTLXZRQw3YZpmO"
    "53Aq2swsjp3q+sDIZ2ZZrKeIV9HG66CllAg5Q1lTIL4fjIU29KV8JBgWGPhCJWsaxKP48C"
    "8oeq7kxYrQpCtbDzPlvmyGTQtqiT33w1kzMlKqY/r++KhQxltqxVe0wlLbe76ddlUeyxYw"
    "j3smr7LHA0BGFf0rVMYmz0YuyMs7qCbI7T14qy+RggFGafYGE2luU/1ZKfXW6SMTVYxHiV"
    "Uda+MHX/qoFJ76OMk6jLxm6KA0+fiD0Zx8PnBHfIBj5IHrAmEYshMoGfWINCFcJzgAGR9q"
    "nJDtETIjhSOt7gMUbs8FH7kEBDLh1DNtCQy5yGXNmg3qr3x43wrfX79p1MRxk+kAcGw8cY"
    "5g7ooxhmDQ4gE5XKwzC93MDn4CgdcHFo0/sLP3VoMFLgoL1I+5YL6wgr+YfZ9Z02tGZnrY"
    "ID3sY5PK93Ds+rzuFOidr95eYxO4qmWBDHVwoe5QAguBXBWQv3hCcFnkWceXQP35fcjQlB"
    "vqvkZvMY8zi+aEHxRS3DF9XNjF1kb7EfEDXjWQBC+XjnhBSHdfLsKgYZGmTRSxYrEmw7Zl"
    "oKcMjC0zQLLxFU7EfY6yFoHg+S1lTSEX12EsUWYjzGPANiBCMt8Jc1PTgarDQeZB7Lw5+o"
    "eth/VDndy643gdupT/fw1lkjW5XxMgp4V+edKvZEJzieXZAZqk9Fal4Gyii7l1Gug2DtFW"
    "PsXErUOiAS/7z+NmlYAu4Z9XuGDyspj5GQgkEK6lLY/wC7y3waGdYEGYw7psZZoejFDqPA"
    "lTykG+IlZZhBsZKhW2dBSbHJjvG+PVc3IZfBIGRdhdx2dnFThLn19OJj1p1QhGo2+VCEOn"
    "ERqkRr9Of4c7Eol6F4XAqnLd/1ardHmWq20NaJ3E3fOtW9CD6ztcyRg9y3Jo4fpnQMQ9pD"
    "saBBOqMcQ/WfkE+VxotN/yK4d1V0ttx7utqL+aRtgye0pf8eirbP+/VMZS4gS0RsHPWuJr"
    "9lC32IWlWSH6NOo+4FIk9D6LK7YiVjd9VqhUjfDcXWMImg8UtSUpuiti4lNzleK07JDJ3k"
    "2tdqVM6ufCvYMQkF5L9Ci1B1uV0ggpYWfVY/I/In63njRJZj7buG0Gti/5G63r51/9PPVk"
    "Csvzx8uLG2iF5ureh/ow0OrcRu/vZMYHzsz2ququFsS/bfR/QCRTb6+Kozq77IRpBc6wz6"
    "MszAopuLeZu82Hl9YuxcPGBgd4UCxfvLTaS2VQOGi4YGDBfVBgypmlPuECvADGQbmsRCsL"
    "9bsL9rgB+C+hDUP0ryIag/WlA/b0wgUTD9aTU+eN8QsNei5QMffq71soUY9au+Nh8kb+Vw"
    "19MudV+57ZdnSoHbqo02njW4rV2y4npnw+mmlEdNh4tw5Ck1/8oBJmQaTp/tWXxNBc4FGD"
    "CvzjykrYEnO6Ynq5tEtfCmDmD46yaHo7f8hfwJScfvSoJFfctvMbVjbHM/cFM3BMx9bdRF"
    "o7mfyUvF3OcwE/aj3Tpp265jrAimFG2kvZ5qtzmHgDmd1QHSLJ0FqQ2QLiBAaM3MeLDVwV"
    "YHWx2OnUwhH46dJq4lAfdzCPezTaXIFP5nnoje4ILyyeotvNA8V354PxQcTl3U7swIh3Oy"
    "86XR3E2mUiJH3ekscOAp1bmeytxWgUBupZ2FE4dKJ885wEC1MHz3P/qolTWtbcjhzQAGjJ"
    "2aIHfXD2TdK+sPmbPrDWB36sNlSJM+gYBVUSiqHDSpQCFZumvUCsKGEDY8LfIhbAhhQ12Z"
    "bRU2lD9E+9NrYMMFkd+K4aBlZPb+xXffBf4Kr88aYrPcVbNW0dmQAhhFFAEB2hMN0OLQRj"
    "7jRyaFV+YXckAYYNh+gOEhG+QaHU8M4sgOVilDdrShrukm8JSysGoXALIru5g9PP6FSFC3"
    "kRu1hwQNKqS9CoEErhOIh+07DCmHAsq4YTTXiVhKlVCAit1fkVxVbLc+egjoH+38r3fFMk"
    "clr7bOV3mjtijJGMyZ+hS86kmxS2bt3SgvAB/KZM0wa/ChHrHaXOfsegNPsYfv9kV1pNqQ"
    "wBxgIL3DJwmkfTRVfKQcAD5RxSfaZ0a29ej3lwORlcwgFpQkW6WSnxIGKBUpXTlYGuSr5b"
    "MAAJmVQ3KWiKZCZgEAMkUyESGyPLX6RKocAJlUyplU1DoinSNHZTBEjnSNHK2wj8NNVykL"
    "aJigrqmUdYoPHtpL0iFZqDbqp5p30SPup8edNXzkb6qUiyLlpRoeLKXD1MYFuXEnw8cDf0"
    "2XZwt72Ec2DAjQSjnMGoKEubwqMmiohOMwBkaz5peXbaoyLi/rqzLYe2UDNxksYitHDQWY"
    "gWwPHztM8yQ6BGhLMKC6DdWPsRLF6eUm9LGcQGWsI6xUoJxdbx69w9cmQ/vbKaM7v8WOTw"
    "mUGBm1Vh4PMckXHK5Zlo8je0ewi+wt9mWRyiYjWoaG4rSutVFREDleFzEIQJBAZwnQxwVR"
    "NPh4jAlafWxjD04/R2g14bvIUzsALWGA0kqywwbvdkqEcgigs9ppJoqJr8QnDwFCK8fKDv"
    "EwktgJtXxyCKBTZgaH9tdQ1svrI3213vwtUOJRInYj6z+Wh8MjNL96uXaiFzcrnw5+vL+9"
    "EV27/blCt8YYcNJ3tE0xNNv2Wpy05odg/c5Zb7NljuweUCxuhyGCh2jKUH98zZ3IVhulSl"
    "Kxr/er/PjTHfLqOmM29Gk1QwiCscy6K6YTDfsxdlesZJAmqDhqbC+kSQn96Lrfr9WyK8jR"
    "8DViSgm/w6pJJcL+q00r4Xd8cuEYeSV53xiY66OfPcQw0Gb5gEeZcLg2fFRhiZglpRT14i"
    "EQpqmGET3kqNWm8BAgtHJyAK1nzU+lR5S9jiLmoVAqoal8D95aWLf79uTCqKcrgNfiqAdo"
    "FqqbMBQDqq92C4Vmt4bNyHoXh1GwTWIlYgAnf2vWEL1x9xdBi6ATDdBsHfKIop3nuIpVKS"
    "WYgWGa4RsG4SVKYi528vtkm953yEvdphexYlfKlygdqn5kpDdt6H0CQm7HU26vP9xc3f0i"
    "z0S/liQsXP/y8P5KNPaougt8x7ND5MjbCzcIQgLuKInjcajGEgREME7Aw4WOsCcgZEp52D"
    "lOxWMhUKWphGH4jz7RERj+08prbzH8p00uVBJb6Zmd0jahT0/dNWlWSkpVTZOTxlhGKqjh"
    "Axm/8g10sgYxeQojJKJoozJnEOfQIc5RuUUU+JZhDSR9lG4RKWd+vF3IctDrORdxwHc7vl"
    "mjmFhiFzR3AI9lLaqN4LhNXtu8Pq9tXslry5SBOtFVpIGEn7eaHX7eMDv8vDo73I0JQb6r"
    "1A2MxxjI80WbB2T981FkmPVOC7u0ihCA4E93TvcI40Xnhh1VLFTPdZYDq7unX6uTHCpYkE"
    "NXObA+KF161/AwYL8r+0scukHsR11EUMWCHDrfBdDD6cASIGgVJ1nLHYRQxYIcOqfDQoaE"
    "HhkSrBRO1qWyuXjOnDaVZUfsbQtH7G2tI/ZW0s0sYtXHGyfcqOkaEQmuWGdV40SMScUK0R"
    "LIgFk7QiCtVVxn3hDXmVfjOjllNkGOtFdSfedbGdYA1ns1Suoy4YiNY+0QNC7DJiSefTJa"
    "TrPpR+hMznhTHuFVRsEuV97lyVlpx1SwEhZSwTRNBcsOV3pldsoXAZnrKnNI1TZfyJCqfQ"
    "JChlTtU5BwTJC9jFF3MZcXAFlrKmsYtXng+FVWQK0ugTIQDis6JxFAZcq05ENlygSVKRIl"
    "35/Xk57fW8Mt1yWjJ7ncSselt1uTW35kldil38G6+fnTJ4WaqiHa/prY3EeS1J+G/+0NZp"
    "rjZQDK7pMF/5quZyp3WX/pgVpLm0STUgGfuBt3zosXOMsmWm999BDQP9rtxi/pguZozj86"
    "1Dzub8a7WNaNW7xi9uqg972usEncsi/32ZVFHdN4y5axnh3v0QqeELEca/9M/a/Q2jlhZK"
    "Vllt+eCQR1gEPTKI2t/JlVX0zZYbJ2nymLumnV0U+uMbUzu4XueCgE7XQN2sUkVMtKKBCQ"
    "kaCckVD0BSjT3dxZV5ZsA13Hs7NcBTY5BNBZGV6Ynpoq0MkhgM7KaE3VdC/I9OquVyEn5A"
    "RslRX2cbjpKmUBDRapplKGY2S9ztHgxGeIE598mmj9kcTYjcyyyGZNRI8LfL4Szstiru1C"
    "eQ8bxMXdPBZ3o4zHLIptBSvL8dMw3MxaBcQiaOc5L9WAXtdFIKynsdKZNYT19nusW9VnBQ"
    "tFnx2LPglyEX7qanIJaLCsdbW56tvjtZj6NKC9dSKKr2JtqRgFr054z84721llnee7H1RW"
    "bS2y16e7D2tjlXMZaiytSsLDK/ZWOeOildVVTyRYRBorhiaLaEWCbYeSXQFmXieG4Xs90g"
    "elOs8lkIFHyyO01HTiUOnkPgcYSO/wJ/f08SA7f2joZJEBDDh/mKCLhR/I8k7qj3ey6w1g"
    "F053dFIk4INCzL+LsdkQ86/xLDuNuz1CGYzkXU4V7c+TxKv+J58/Xut15rnq4GqepqtJ0A"
    "qxLupK1nkJNIyRc1hRlEzIN23cnzf17s8biftDCFabjsFBDLAiJ5ggwDTXI2vMrT6JRAI1"
    "jvNR/KJjay13xC4+tJU7qDu6UJtMUkIZQPsUuoQNVujq+JfB4Pjr6vhTtwk/UdOxo5hFOC"
    "R2aipniOKdgJChb98JCBlCtRCq1UQGvUO1agO4s9DoEP1islisaS1jJohsJ5TVR7czRl+N"
    "cKdiHD7M/Wv+CendnHUYggnd+ujUWUMA/LfY8SMcSfz7WgHwEJOeboPVwxZ3QVfLoYCaRP"
    "AB5lymqk+1S2UZCCIYyoLjHxX9jDgDu4OJdpywC+Wn7nK1M5CRbJi5VmMoF7pW2Voe0f67"
    "Qy79fl9IQDmWGYDl95ssQJJcae/SS0cxAbnC2UcqdPY3XqLUSAA7UBvN3GQHZnJre8aTXW"
    "/g6eXFvMXxzsW8fvb8XDzcyW8GBYJ5jIkktzpEu2g4RLuoHqLtVZ1MkzRl83AgA4tGLi/b"
    "nFZeXtafVrL3xCGeS7V6hv31Bm7k4dOltigMqU1Q5bc+0YGDGEHx1HkOUIOvJIOxavAzKt"
    "VnA4tIGOzRNWqywiSM6GZGftfmUwIeDjd1PdxkzWV6SFqEg6B1FTRjP0xEpRDmL4NMCoIO"
    "FuinIgq8Hj1jSmjI5tL07knkFGcH3O3dSh5lnl85fI43tEM89IEZzHSblvymozKY6dbqkA"
    "xmuh1ypttBjsZuggivsOvsf7l4MlZ6e9ZwMOZzF0IB8Imee8FQnVFtukWwfOkUVRWAEFLt"
    "GFIN6VPNiWKZLdFQN8mDjNjnUx8o8M8WxfNICdQ873GUU8ko2GFXheocYFyN6ig9BibNEd"
    "F6+w7/oGRTHD1JFLExwLRHGLd7R6mwhgbfJxGthdE5pyBliBXrFa6EwNrxj875EaHll3jh"
    "1YfWxCtmDdG1Fb3W3hUXj5147jn+OmY5cJBwro3CmDUE3nJ5KZi8PMaIsETZ7H3bwuh9W2"
    "vyvhUN3p0TSbLo6qM+2fVGMDt1wAdFzlplK2fXG0G2sI3bOG9v6323t1XXLXhWmSSdXW6S"
    "eTdgztIqDmXR+Ho6CwTMPhbpzE8i2tsROcQYNifOU0msyu4+vgiHWI6+Xj5yHzv3USuBQc"
    "i6Cpkgp3NM1oFAnebShUAdBOo0k8PRB+puV6skAFYZuZi8PmuassiuGDsStyPBMqYrQyBO"
    "G4UwawjEZds8fIxVAhgCzMA4xig5Kji06V2HnyRxz+sg8JDj1+x5Hidmw1HgWGxn98PE2X"
    "C3t59KFs71BzEG9/Pn6/d335wn3NOLcFTjLB5DgufZEq+SkTLR2SQ7e/j0lSf6WJEWSDXp"
    "cQ40nYF3boAyL6mTmKylLdVeUycFbkJ1kr9ytPqEPffW3WMSPBhiErp6rSHru9dJp4lIiP"
    "F2rEVkPHZoTlvBGdQJZLBDi4SkHcEusrfYl81UenWLC2iDWD7ERu829adAQvhT0wcJ/VUr"
    "TLb0kd9Bl8nBBt1qgym0gqnOWq12CYP4nli1FZR2M5YFOCg5TZVcMmHRVu0JWUYZV8MyfF"
    "/IlLAO3SErQAPInjq/j6AnHFJVpNoEiEcZWAfXrsqwociwWqVFGcvSxVsnqHEYYxzu4Ywj"
    "OII/cL5aeiCqLIAyDgTQ3ceGxlbTkg+Nrfomn0Bjq4M2tpKo7/7cfikWMpTb8hNLo5Spj8"
    "HirJowxV6dNaRLfQ0W0BjsRNOiYCDOiKEMz/FVCz9NLfocftpQ8OzL5iTXs5sDDKT3fN6m"
    "qpZeVR+jmFcqax2yDu2voSwW9JG+Kme5BBJj2diNrP9YHg6P2DroFosTw26zcnz64/3tjR"
    "iL2z9TH5HSQK0yyrxY3Cjpqupzy3pOLdOa4lGUyY6anURK8v3W8byG6FCBmy48cTly1PNi"
    "/sOb3M5j/2my7O4/X336dKQpv88Ojhgf02zcwRN+d3GkEqLPLjcmz3ew6DwObUqO7azpJ0"
    "j8vVeSeEtQyONVyON1oghtd0qbmIfAMVPlmIk44UbWC6H+gKlAAJ2VPh2x2hloDMeftUR2"
    "LC+PYbKZ7qlHa/yE7HjXTcBlMAhZVyFTCyhENtoFruJUUAEImZw9MhhcFIaKnezLKPPCAW"
    "Ol+K2cLfbUgi4CzoAEv7EdWEhahaRV85NW2YgA5ZMKAdbrrEIzBT71UYVLEOOmYwFECQz2"
    "qa72qes5uHuVSwkMNS6ayhjGSpyClA+YKq+ZQE8qUftkudcnT1szEfRO06ZfwLr5+dOng6"
    "dpHymxDVnaBbX1qcQF5V+DhZ0d3Mkade/hP/50h7x8qomU84/B4ipd6HhN7Qrvf4ybdJ0R"
    "Js295thsSsG2+XPXV1Oxz259ZJHg2UKOu7GYNWWFwRZFG8qO9Yz8yHomAfsnjjaWY9H1KR"
    "EbCkEO9XdDa4HolUsLR6HlOWFkJXGImRV49GMia4VJGH17JlA+1WdCMrnGz9KZVZ9MTmJJ"
    "AKbpLLezKaOb3hn6NDeIIzfYKsVsOYiJCc4jRcaP6RDi6Mk+lmOIoz9aO66DCE0CNoPMx6"
    "I/s2PwjIdCEFzX0Bkz1FWNzAJjkq1z2LjN17SmtV94YV8Ye2T8t40tFNtOowrlTyxX6azq"
    "J6evzxpc5CTL6YB1yoeuNzysfzlWgVC9MwnJWBNZjOoJh/1SDXXTp4c5A3Lc32JMuhqLAh"
    "rsRZ3sxYrZcpAn7ZdUE0qetdk7TU/bvR495ANXTfH3UPg6P2qH0vdNE8oXsqO6pi4Ve4AR"
    "EQKhuvy7Nq0e6VX11eXfVZo9Ui+EdM6OK4NB0euk6HkhbxCV0wI5Hbvci3AQtK6CRr/vqO"
    "UVdgzylcAgZJ2ErIfZdkdl/QlvcXSfdGuoWm/CBU1GHNs3tseutZPeD6OMxMzDHMGObVS2"
    "BozE1MjlrLf8Dh3R0sryG6XpTXFLqLDMgwxkevgQVqLclOt/yihoVdanVdlu2b3+pwwGmw"
    "hsItEmunc3aBl7aCnvb1t6u8keCrMLbWh5e7pmT/K3wvM4u97AR/F5q3DXeUO467wa7to6"
    "5BFFO89xlWgWYOYd3Q3fAjfTZyo08xjY0e12NLM7/hWo9XLmMRPW9FNr6+xIrXgc2shnP1"
    "72dHylQSAHnLA9YPbsPNrugHuDy14oZUCXURNu7hVO9db4u7tNLKA+ElCJA7ByF7tzhzYB"
    "DWXVGjlIvJR99HsPKQtokLKmUk7uxiRbvirk+vT6Mgqa/Chn1kOLmRO4tyCOeAJChu4XZ7"
    "pUUUD3i17dLw5bSnH/jNDuTBIOT16fNcXB2RUQ/4b49wHi3wbm1nL69BntOiYA8lCwXXSy"
    "XfQ4A73a4YfgEfkShZ+/1aTznR2muppeBXof9P6pn3uOkuZPArWTuOx6A/kdYRAXQSv8uw"
    "q9BQIIbkFw8mywN04oqQVtOOUsocBCfNVChDCmoVaiviUiekZdjl3GyYFOHHa9lUU4yFlT"
    "ORP0RJ9xHaVcBoOMNZUxnEicwYmEDiI48hOJq3iJo/d+RF7OJFGq4s1ZU5yKXWYjeh3Wrf"
    "kEhKqmClVRccvSa+r90BxgoK8/SrCKEqZYllggDOR4hKOgePEVuRKjsSE1v4AYSPEo23iJ"
    "Igd7yqWfAgxGv8Hot8NLAxwkzW8tcJAOLoLeDlKbqTpjekiIYHdzJvGO0jdmTZ5RcYk2Lt"
    "Gp+EM9B3vUezpPiISKhjgHMdFMvLxsYyZeXtabiew9wdvZ7ZRcnfRyA9kdpTyWfmKEfIn9"
    "x+zFGsOvgJxK4xVGxiDW90Hz0f74fx0OrfY="
)
