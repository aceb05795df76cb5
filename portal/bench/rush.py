"""Many phones at once, each over a connection of its own; a process of its own that knows nothing of the portal.

Reads the job of `portal.bench.stage.Stage.rush` from standard input as JSON and answers one line of JSON.
"""

import http.client
import json
import sys
import threading
import time

TIMEOUT = 60
# Screens look on for so long after the last phone was answered.
AFTERWARDS = 5


class Crowd:
    """The phones and the screens of one job, and what they were answered."""

    def __init__(self, job):
        self.job = job
        self.phones = [[] for _ in job["visits"]]
        self.watched = [{} for _ in job["watch"]]
        self.over = threading.Event()

    def play(self):
        """Send each phone at its moment, and wait for the last answer."""
        screens = [threading.Thread(target=self.look, args=pair, daemon=True) for pair in enumerate(self.job["watch"])]
        for screen in screens:
            screen.start()
        began = time.time()
        threads = []
        for n, steps in enumerate(self.job["visits"]):
            time.sleep(max(0, began + n * self.job["within"] / len(self.job["visits"]) - time.time()))
            threads.append(threading.Thread(target=self.visit, args=(n, steps)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        seconds = time.time() - began
        if screens:
            time.sleep(AFTERWARDS)
        self.over.set()
        for screen in screens:
            screen.join()
        return {
            "phones": self.phones,
            "watched": self.watched,
            "seconds": seconds,
            "driver_cpu": time.process_time(),
        }

    def visit(self, n, steps):
        """One phone: its requests one after the other, cookies kept as a browser keeps them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.job["port"], timeout=TIMEOUT)
        cookies = {}
        for method, url, headers, body in steps:
            sent = {**headers, "Cookie": "; ".join([headers.get("Cookie", ""), *cookies.values()]).strip("; ")}
            answer = {"status": 0, "began": time.time(), "body": None}
            try:
                connection.request(method, url.replace("{code}", self.code()), body and body.encode(), sent)
                response = connection.getresponse()
                content = response.read()
                answer["status"] = response.status
                if response.headers.get_content_type() == "application/json":
                    answer["body"] = json.loads(content)
                for cookie in response.headers.get_all("Set-Cookie") or ():
                    pair = cookie.partition(";")[0]
                    cookies[pair.partition("=")[0]] = pair
            except (OSError, http.client.HTTPException) as error:
                answer["body"] = {"errors": [repr(error)]}
                connection.close()
            answer["ended"] = time.time()
            self.phones[n].append(answer)
        connection.close()

    def code(self):
        """What stands on the screen now."""
        now = time.time()
        return next((value for since, value in reversed(self.job["codes"]) if since <= now), "")

    def look(self, n, screen):
        """One screen: it polls, and notes when it saw each voice for the first time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.job["port"], timeout=TIMEOUT)
        version, seen = 0, self.watched[n]
        while not self.over.is_set():
            connection.request("GET", screen["url"].replace("{version}", str(version)), headers=screen["headers"])
            response = connection.getresponse()
            content = response.read()
            if response.status == http.HTTPStatus.OK and response.headers.get_content_type() == "application/json":
                told, now = json.loads(content), time.time()
                version = told["version"]
                for voice in told["voices"]:
                    seen.setdefault(voice.get("number"), now)
            self.over.wait(screen["every"])
        connection.close()


if __name__ == "__main__":
    threading.stack_size(256 * 1024)
    sys.stdout.write(json.dumps(Crowd(json.load(sys.stdin)).play()) + "\n")
