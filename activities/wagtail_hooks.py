"""The admin of `activities`: hooks only register."""

from wagtail import hooks

from activities import log_actions

hooks.register("register_log_actions", log_actions.register)
