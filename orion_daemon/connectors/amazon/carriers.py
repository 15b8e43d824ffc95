"""Carriers by the codes that Amazon's shipment confirmation knows, found by the many ways in which people write them.

A carrier that Amazon has no code for is told as `Other` with its name. Amazon publishes no list with its contract; the
codes here are those that its pages and sellers' programs use in Europe, and one that it refuses is told as `Other` too.
"""

OTHER = "Other"
_CODES = {
    "4PX": "4px",
    "Amazon Shipping": "amazonshipping",
    "BPOST": "bpost bpostbe",
    "Chronopost": "chronopost",
    "Colis Prive": "colisprive colisprivé",
    "Colissimo": "colissimo",
    "Correos": "correos",
    "Deutsche Post": "deutschepost dpag deutschepostag",
    "DHL": "dhl dhlpaket dhlparcel dhlgermany dhlde",
    "DHL Express": "dhlexpress",
    "DPD": "dpd dpdlu dpdluxembourg dpdde dpdfrance dpdgermany",
    "FedEx": "fedex federalexpress",
    "GLS": "gls glslu glsgermany glsfrance",
    "Hermes": "hermes hermesde",
    "La Poste": "laposte",
    "Mondial Relay": "mondialrelay",
    "Poste Italiane": "posteitaliane",
    "PostNL": "postnl",
    "PostNord": "postnord",
    "Royal Mail": "royalmail",
    "TNT": "tnt tntexpress",
    "UPS": "ups unitedparcelservice",
    "USPS": "usps",
}
_KNOWN = {alias: code for code, aliases in _CODES.items() for alias in aliases.split()}


def code_of(carrier: str) -> tuple[str, str]:
    """(Amazon's code, name to go with it): `("DHL", "")` for `dhl-paket`, `("Other", "POST Luxembourg")` for that."""
    simple = "".join(char for char in carrier.lower() if char.isalnum())
    code = _KNOWN.get(simple)
    return (code, "") if code else (OTHER, " ".join(carrier.split())[:60])
