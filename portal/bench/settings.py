"""The portal's settings with two addresses more; only `make bench` names this module."""

from portal.settings import *  # noqa: F403 (the same settings, whatever they are)

ROOT_URLCONF = "portal.bench.urls"
