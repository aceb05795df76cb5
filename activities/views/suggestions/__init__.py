"""Pages of suggestions: the register, one with its steps, a session's screens, figures for management."""
