"""Pages of members, plots and deployment: find, ask permission, act, answer."""
