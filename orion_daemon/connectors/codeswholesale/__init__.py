"""CodesWholesale as a supplier of licence keys: API v3, client credentials, one connector an account.

`connector` answers Orion's questions; `client` makes one call with the token (`auth`) and within the quota (`limits`);
`schemas` are its documents, `mapping` and `territories` turn them into Orion's words; `names` is the one place for what
it calls by name and for every guess about it. By noun: `catalog`, `orders`, `account`, `hints`. What is certain and
what is not: `checklist.yaml`.
"""
