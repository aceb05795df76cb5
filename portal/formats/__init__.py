"""How dates are written where the language itself does not say it well."""
