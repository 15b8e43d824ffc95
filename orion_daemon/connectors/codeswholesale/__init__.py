"""CodesWholesale as a supplier of licence keys: API v3, client credentials, one connector an account."""
