#!/usr/bin/env python3
"""Measures the API of a running server: small reads with wrk, analyses of 1,000 loans, memory, time to be ready.

    benches/api_load.py BINARY [--seconds 10] [--loans 1000] [--clients 8]

Starts BINARY on an empty data folder and a free port, without rate limit, and stops it at the end. wrk must be installed.
"""

import argparse
import http.client
import json
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

EMAIL = "admin@example.com"


class Server:
    """A server on an empty folder, with its administrator signed in."""

    def __init__(self, binary: str, folder: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        first, password = secrets.token_hex(16), secrets.token_hex(16)
        settings = {
            "PATH": os.environ["PATH"],
            "QUINTET_ENV_FILE": "/dev/null",
            "PORT": str(self.port),
            "DATA_DIR": f"{folder}/data",
            "LOG_FILE": f"{folder}/quintet.log",
            "RATE_LIMIT_ENABLED": "false",
            "DEMO_DATA": "false",
            "ADMIN_EMAIL": EMAIL,
            "ADMIN_PASSWORD": first,
        }
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve"], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not self.is_ready():
            time.sleep(0.005)
        self.ready_seconds = time.monotonic() - begun
        self.token = ""
        self.token = self.sign_in(first)
        self.post("/api/auth/password", {"current_password": first, "new_password": password})
        self.token = self.sign_in(password)

    def is_ready(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def sign_in(self, password: str) -> str:
        answer = self.post("/api/auth/login", {"username": EMAIL, "password": password})
        return json.loads(answer)["access_token"]

    def post(self, path: str, body: dict) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{path}: {answer.status} {text.decode()}")
        return text

    def resident_megabytes(self) -> float:
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)


def small_reads(server: Server, path: str, seconds: int) -> str:
    """Reads a small answer over and over with 64 connections."""
    command = ["wrk", "--threads", "1", "--connections", "64", "--duration", f"{seconds}s", "--latency"]
    command += ["--header", f"Authorization: Bearer {server.token}", f"http://127.0.0.1:{server.port}{path}"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)[1]
    p99 = re.search(r"99%\s+(\S+)", output)[1]
    return f"{float(rate):,.0f} requests/s, p99 {p99}"


def analysis(loans: int, number: int) -> bytes:
    """A request that no earlier one has answered."""
    assets = [
        {
            "id": f"L{loan}",
            "asset_class": "residential_mortgage",
            "balance": 150_000 + 37 * loan,
            "original_balance": 400_000,
            "rate": 0.03 + (loan % 40) / 1_000,
            "term_months": 360,
            "remaining_term_months": 200 + loan % 160,
        }
        for loan in range(loans)
    ]
    pool = {"pool_name": "Load", "cut_off_date": "2026-01-01", "currency": "USD", "assets": assets}
    body = {"pool": pool, "analysis_date": "2026-01-15", "discount_rate": 0.03 + number / 1_000_000}
    return json.dumps(body).encode()


def analyses(server: Server, loans: int, clients: int, each: int) -> str:
    """Every client asks for one analysis after the other, each with a rate of its own."""
    seconds: list[float] = []
    failures: list[str] = []

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {server.token}"}
        for number in range(each):
            body = analysis(loans, client * each + number)
            begun = time.perf_counter()
            connection.request("POST", "/api/v1/asset-classes/analyze", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            seconds.append(time.perf_counter() - begun)
            if answer.status != 200 or b'"cashflows"' not in text:
                failures.append(f"{answer.status} {text[:200]!r}")

    begun = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begun
    if failures:
        raise SystemExit(f"{len(failures)} analyses failed: {failures[0]}")
    cuts = statistics.quantiles(seconds, n=100)
    return (
        f"p50 {cuts[49] * 1e3:.0f} ms, p95 {cuts[94] * 1e3:.0f} ms, p99 {cuts[98] * 1e3:.0f} ms, "
        f"{len(seconds) / wall:.0f} analyses/s"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary")
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--loans", type=int, default=1_000)
    arguments.add_argument("--clients", type=int, default=8)
    arguments.add_argument("--each", type=int, default=25, help="analyses a client asks for")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(given.binary), folder)
        try:
            print(f"ready, empty folder    {server.ready_seconds:.2f} s")
            time.sleep(2)
            print(f"memory, idle           {server.resident_megabytes():.0f} MB")
            for path in ("/health/live", "/api/auth/me", "/api/v1/asset-classes/supported", "/api/v1/pools"):
                print(f"{path:<32} {small_reads(server, path, given.seconds)}")
            found = analyses(server, given.loans, given.clients, given.each)
            print(f"analyse {given.loans} loans, {given.clients} clients  {found}")
            print(f"memory, after the load {server.resident_megabytes():.0f} MB")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
