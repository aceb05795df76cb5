"""Dates in Simplified Chinese: no zero before a month (GB/T 9704)."""

MONTH_DAY_FORMAT = "n月j日"
