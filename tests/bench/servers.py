"""Rollcall and its peers, each started on a free loopback port and pinned to core 0, until stop()."""

import dataclasses
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "bench"
PEERS = ROOT / "build" / "bench-peers"


@dataclasses.dataclass
class Door:
    """Another way into a running server: what a client and a measurement need to know of it."""
    name: str
    url: str
    token: str
    pid: int


class Server:
    """A process under test: its name, base URL, bearer token and process id."""

    def __init__(self, name, command, log, cwd=None, output=None, core=measure.SERVER_CORE):
        self.name = name
        self.url = self.token = ""
        self.log = log
        self.process = subprocess.Popen(
            ["taskset", "-c", core, *map(str, command)], cwd=cwd, stdin=subprocess.DEVNULL,
            stdout=output or log.open("w"), stderr=log.open("w"), text=True)
        self.pid = self.process.pid

    def fail(self, sentence):
        self.stop()
        raise measure.Failed(f"{self.name}: {sentence}; its log: {self.log}\n{self.log.read_text()[-600:]}")

    def wait(self, ready, seconds, sentence):
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                self.fail(f"ended with code {self.process.returncode}")
            if time.monotonic() > deadline:
                self.fail(sentence)
            time.sleep(0.02)

    def wait_until_it_listens(self, port):
        def accepts():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        self.url = f"http://127.0.0.1:{port}"
        self.wait(accepts, 10, "does not listen after 10 s")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def built_binary():
    subprocess.run([ROOT / "deploy" / "quickstart", "--no-run"], check=True)
    return ROOT / "build" / "release" / "rollcall"


def built_tools(*targets):
    """Programs of tests/bench, from the release build."""
    with (ROOT / "build" / "bench-tools.log").open("w") as log:
        for command in (["cmake", "--preset", "release", "-DROLLCALL_TESTS=ON"],
                        ["cmake", "--build", "--preset", "release", "--target", *targets]):
            if subprocess.run(command, cwd=ROOT, stdout=log, stderr=log).returncode:
                raise measure.Failed(f"{' and '.join(targets)} cannot be built; see {log.name}")
    return [ROOT / "build" / "release" / target for target in targets]


def certificate(folder):
    key, chain = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", chain],
                   check=True, capture_output=True)
    return chain, key


def rollcall(program, data_dir, tls=False):
    """One I/O thread, an organization `bench` with one SCIM connection, a fresh store in `data_dir`; `admin` is the
    operator's door."""
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    config, organization, ready = (data_dir / name for name in ("rollcall.yaml", "bench.yaml", "ready.json"))
    scheme, extra = "http", ""
    if tls:
        chain, key = certificate(data_dir)
        scheme, extra = "https", f"tls: {{certificate: {chain}, private_key: {key}}}\n"
    address = f"127.0.0.1:{free_port()}"
    (data_dir / "audit.key").write_text("0123456789abcdef" * 4)
    (data_dir / "audit.key").chmod(0o600)
    config.write_text(
        f"listen: {address}\npublic_url: {scheme}://{address}\noperations: {{listen: '127.0.0.1:{free_port()}'}}\n"
        f"store: sqlite://{data_dir}/rollcall.db\nkeys: {{audit_file: {data_dir}/audit.key}}\nthreads: 1\n"
        f"log: {{level: warning}}\nlimits: {{connections: 20000, connections_per_address: 20000, idle_seconds: 600, "
        f"sign_ins_per_minute: 0}}\n"
        f"outbound: {{allow: [127.0.0.0/8]}}\n" + extra)
    organization.write_text("organization: {slug: bench}\nscim: {id: bench, enabled: true}\n")
    applied = subprocess.run([program, "apply", "-f", organization, "--config", config],
                             capture_output=True, text=True)
    if applied.returncode:
        raise measure.Failed(f"rollcall apply: {applied.stdout}{applied.stderr}")
    server = Server("rollcall", [program, "serve", "--config", config, "--ready-file", ready],
                    data_dir / "serve.log")
    server.wait(ready.exists, 30, "wrote no ready file within 30 s")
    document = json.loads(ready.read_text())
    entry = document["organizations"][0]["scim"][0]
    server.url, server.token = entry["base_url"], entry["token"]
    server.admin = Door("rollcall", document["admin_url"], document["admin_token"], server.pid)
    return server


def system_program(name):
    program = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        raise measure.Failed(f"{name} is missing: run deploy/packages.sh bench")
    return program


def nginx(pages):
    """`return 200` with a body of so many bytes for each path."""
    folder = WORK / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    locations = "\n".join(f"location = {path} {{ return 200 '{'x' * size}'; }}" for path, size in pages.items())
    (folder / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; master_process off; pid nginx.pid; error_log stderr;
events {{ worker_connections 20000; }}
http {{
  access_log off; default_type application/scim+json; keepalive_requests 1000000000;
  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server {{ listen 127.0.0.1:{port} backlog=4096; {locations} }}
}}""")
    server = Server("nginx", [system_program("nginx"), "-p", folder, "-c", folder / "nginx.conf"], folder / "log")
    server.wait_until_it_listens(port)
    return server


def install_peers():
    """The npm packages of tests/bench/peers, as its lock file says, when it changed or they are missing."""
    source = pathlib.Path(__file__).with_name("peers")
    stamp = PEERS / "node_modules" / ".installed"
    lock = (source / "package-lock.json").read_bytes()
    if not stamp.exists() or stamp.read_bytes() != lock:
        shutil.rmtree(PEERS, ignore_errors=True)
        shutil.copytree(source, PEERS)
        print("bench: installing the npm peers (a minute or two) ...", flush=True)
        ended = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PEERS,
                               capture_output=True, text=True)
        if ended.returncode:
            raise measure.Failed(f"npm could not install the peers: {ended.stderr[-600:]}")
        stamp.write_bytes(lock)
    for script in source.glob("*.js"):
        shutil.copy2(script, PEERS)


def node(name, script):
    """One of the peers: prints {"url", "token"} once it listens."""
    WORK.mkdir(parents=True, exist_ok=True)
    output = WORK / f"{name}.out"
    server = Server(name, ["node", "--max-old-space-size=4096", script], WORK / f"{name}.log", cwd=PEERS,
                    output=output.open("w"))
    server.wait(lambda: '"url"' in output.read_text(), 60, "does not listen after 60 s")
    line = next(line for line in output.read_text().splitlines() if line.startswith("{"))
    ready = json.loads(line)
    server.url, server.token = ready["url"], ready["token"]
    return server
