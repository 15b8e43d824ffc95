"""What the stand-in's world consists of: accounts, tokens, products, orders, codes, what is planned.

Plain values that can be written to a file and read back. Amounts are whole cents of EUR, times aware UTC. What nobody
knows about the real supplier for certain is a switch in `Settings`.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

Environment = Literal["sandbox", "live"]


class Settings(Struct, forbid_unknown_fields=True):
    """How this supplier behaves where its manual is silent; PATCH settings changes it.

    `walk_seconds` is the life of a continuation token (None: for ever), `walk_end` how the last page says so.
    `history_seconds` after its making an order appears in the history. `repeated_reference`: a second order with a
    reference is made `again`, refused, or answered with the `first`. `charged_tier` says which price is charged.
    `checks_price` False charges today's price whatever the caller expects. `pictures` come in the order's reply
    always (`inline`), only where one piece was bought (`single`), or `never`: then by code id. `code_word` is the
    field that holds a code's kind. `cancelled_codes` of a pre-order vanish (`gone`) or `stay` as they are.
    `announces` sends a postback for each pre-order that is assigned where the account has a webhook.
    """

    environment: Environment = "sandbox"
    token_seconds: int = 3600
    oauth_form: Literal["plain", "wide"] = "plain"
    page_size: int = 100
    walk_seconds: float | None = None
    walk_end: Literal["null", "missing", "empty"] = "null"
    history_seconds: float = 0.0
    repeated_reference: Literal["again", "refuse", "first"] = "again"
    charged_tier: Literal["quantity", "single", "lowest"] = "quantity"
    checks_price: bool = True
    price_code: int = 40003
    pictures: Literal["inline", "single", "never"] = "single"
    code_word: Literal["codeType", "status"] = "codeType"
    preorder_word: Literal["CODE_PREORDER", "PRE_ORDER"] = "CODE_PREORDER"
    cancelled_codes: Literal["gone", "stay"] = "gone"
    stock_is_an_update: bool = True
    tells_retry_after: bool = False
    announces: bool = True
    order_status: str = "Completed"


class Account(Struct):
    """One customer of the supplier, known by one pair of credentials. `webhook` is where postbacks go."""

    client_id: str
    client_secret: str
    signature: str
    environment: Environment = "sandbox"
    name: str = "Example Trading"
    email: str = "buying@example.com"
    balance: int = 0
    credit: int = 0
    webhook: str | None = None


class Token(Struct):
    text: str
    expires_at: datetime
    dead: bool = False


class Limit(Struct, forbid_unknown_fields=True):
    calls: int
    seconds: float


class Window(Struct):
    started_at: datetime
    calls: int = 0


class Risk(Struct, forbid_unknown_fields=True):
    """What the next risk checks answer; `score` is decimal text."""

    score: str = "0.50"
    domain_blacklisted: bool = False
    ip_blacklisted: bool = False
    ip_tor: bool = False
    sub_domain: bool = False


class Tier(Struct):
    """The price of a piece for so many; `until` None and 0 both mean no end, as the supplier writes both."""

    cents: int
    since: int = 1
    until: int | None = None

    def holds(self, quantity: int) -> bool:
        return self.since <= quantity and (not self.until or quantity <= self.until)


class Image(Struct):
    id: str
    format: str
    url: str


class Texts(Struct):
    """The long description. `titles` and `sheets` are by territory, in the supplier's words for languages."""

    title: str
    category: str = ""
    developer: str = ""
    pegi: str = ""
    eans: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)


class Product(Struct):
    """`quantity` is shown; `real` is what can be bought (None: as shown), `endless` sells whatever is left.

    `kinds` of its codes follow each other piece by piece: text, image, preorder, or any word that goes out as it is.
    `assigned_after` seconds a pre-ordered piece gets its code (None: at the release). `moves_to` is the single-piece
    price from the next reading on.
    """

    id: str
    identifier: str
    name: str
    platform: str
    tiers: list[Tier]
    created_at: datetime
    updated_at: datetime
    quantity: int = 0
    real: int | None = None
    endless: bool = False
    regions: list[str] = field(default_factory=list)
    region_description: str | None = None
    languages: list[str] = field(default_factory=list)
    badges: list[str] = field(default_factory=list)
    released_at: datetime | None = None
    images: list[Image] | None = None
    kinds: list[str] = field(default_factory=lambda: ["text"])
    texts: Texts | None = None
    filename: str | None = None
    assigned_after: float | None = None
    hidden: bool = False
    moves_to: int | None = None

    def preorder(self, now: datetime) -> bool:
        return (self.released_at is not None and self.released_at > now) or set(self.kinds) == {"preorder"}


class Batch(Struct):
    """So many products drawn from a seed; they exist only while somebody looks at them."""

    number: int
    count: int
    made_at: datetime


class Span(Struct):
    """A run of a batch's products in the price list that nobody has changed."""

    batch: int
    start: int
    count: int


class Code(Struct):
    """One piece. `value` is the text, or Base64 of the picture; None until a pre-order is assigned."""

    id: str
    order: str
    product: str
    kind: str
    value: str | None = None
    filename: str | None = None
    assigned_at: datetime | None = None
    cancelled: bool = False


class Line(Struct):
    product: str
    name: str
    unit: int
    codes: list[str]


class Order(Struct):
    """`reference` is the caller's; `visible_at` is when the history first shows it."""

    id: str
    client_id: str
    reference: str | None
    identifier: str
    created_at: datetime
    visible_at: datetime
    total: int
    lines: list[Line]


class Planned(Struct):
    """Something that will happen by itself; `number` keeps the order of what is due at the same time."""

    due: datetime
    number: int
    what: str
    about: dict[str, Any]

    def __lt__(self, other: "Planned") -> bool:
        return (self.due, self.number) < (other.due, other.number)
