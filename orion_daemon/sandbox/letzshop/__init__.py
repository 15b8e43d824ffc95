"""The stand-in for Letzshop: one world, served in the platform's own form and in the original document's form."""
