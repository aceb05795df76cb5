"""Settings of gunicorn: `gunicorn -c python:portal.gunicorn portal.wsgi`."""

from portal import environment as env

bind = env.text("BIND", f"127.0.0.1:{env.number('PORT', 8000)}")
workers = env.number("WEB_WORKERS", 2)
threads = env.number("WEB_THREADS", 8)
worker_class = "gthread"
# The application is loaded once and shared by the workers; a new version is a restart.
preload_app = True
limit_request_line = 8190
timeout = 60
graceful_timeout = 10
keepalive = 5
loglevel = "warning"
# Requests are not logged: their addresses may hold names that somebody searched for.
accesslog = None
errorlog = "-"
