"""The admin of `staff`: hooks only register."""

from wagtail import hooks

from staff import log_actions

hooks.register("register_log_actions", log_actions.register)
