"""Puts the parts together: the only place that builds clients, pools, keys and actors from the settings."""
