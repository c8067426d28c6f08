"""The row sign-in: people who sign in with OpenID Connect, at us and at Apache's mod_auth_openidc."""

import dataclasses
import shutil
import urllib.parse

import measure
import population
import servers
from report import Line

ALGORITHM = "ES256"
CLIENT, SECRET = "bench", "0123456789abcdef0123456789abcdef"
PEOPLE = 1_000  # who come again and again
MOST = 1_500  # µs of CPU a sign-in


@dataclasses.dataclass
class SignIns:
    """What sign_in_load does: where a sign-in begins, how its end is known, who signs in."""
    program: str
    idp: servers.Server
    login: str
    session: str
    cookie: str
    known: bool = True
    browsers: int = 64

    @property
    def helpers(self):
        return (self.idp.pid,)

    def run(self, server, seconds, prefix=""):
        who = ["--prefix", "known-", "--users", PEOPLE] if self.known else ["--prefix", prefix]
        return measure.ran(server, [*self.command(server), "--seconds", seconds, *who], seconds)

    def run_once_each(self, server):
        """Every known person, so that none of them is new from now on."""
        measure.ran(server, [*self.command(server), "--count", PEOPLE, "--prefix", "known-"], 60)

    def command(self, server):
        url = urllib.parse.urlsplit(server.url)
        return [self.program, f"{url.scheme}://{url.netloc}", "--login", self.login, "--session", self.session,
                "--cookie", self.cookie, "--browsers", self.browsers]


def stub_idp(program):
    """Its url is the issuer. On the load's core."""
    output = servers.WORK / "stub_idp.out"
    idp = servers.Server("stub_idp", [program, ALGORITHM, CLIENT], servers.WORK / "stub_idp.log",
                         output=output.open("w"), core=measure.CLIENT_CORE)
    idp.wait(lambda: output.read_text().endswith("\n"), 10, "does not listen after 10 s")
    idp.url = output.read_text().strip()
    return idp


def mod_auth_openidc(issuer):
    """Apache with sessions in shared memory, otherwise as the module comes out of the box."""
    folder = servers.WORK / "apache"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pages" / "protected").mkdir(parents=True)
    (folder / "pages" / "protected" / "index.html").write_text("signed in\n")
    port = servers.free_port()
    modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in (
        "mpm_event", "authn_core", "authz_core", "authz_user", "dir", "auth_openidc"))
    (folder / "httpd.conf").write_text(f"""{modules}
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
LogLevel error
User nobody
Group nogroup
ThreadsPerChild 64
MaxRequestWorkers 64
ServerLimit 1
MaxKeepAliveRequests 0
KeepAliveTimeout 60
DocumentRoot {folder}/pages
DirectoryIndex index.html
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {CLIENT}
OIDCClientSecret {SECRET}
OIDCRedirectURI http://127.0.0.1:{port}/protected/redirect_uri
OIDCCryptoPassphrase {SECRET}
OIDCCacheType shm
OIDCPKCEMethod S256
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCIDTokenSignedResponseAlg {ALGORITHM}
OIDCScope "openid email profile"
<Location /protected>
  AuthType openid-connect
  Require valid-user
</Location>
""")
    # One process, whose CPU time is all there is.
    server = servers.Server("mod_auth_openidc", [servers.system_program("apache2"), "-X", "-f", folder / "httpd.conf"],
                            folder / "log")
    server.wait_until_it_listens(port)
    return server


def connect(server, issuer):
    """An organization that takes whoever comes from this IdP."""
    client = population.Client(server.admin)
    client.send("POST", "/organizations", {"slug": "people", "name": "People"})
    client.send("PATCH", "/organizations/people", {"policy": {"default_deployment_roles": False}})
    client.send("PUT", "/organizations/people/connections/idp", {
        "protocol": "oidc", "vendor": "generic", "jit": True, "domains": ["people.example.com"],
        "oidc": {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "algorithms": [ALGORITHM],
                 "allow_insecure_loopback": True}})


def sign_in(bench):
    stub, load = servers.built_tools("stub_idp", "sign_in_load")
    idp = bench.once("stub_idp", lambda: bench.started(stub_idp(stub)))
    ours = bench.ours()
    bench.once("sign-in connection", lambda: connect(ours, idp.url))
    apache = bench.once("mod_auth_openidc", lambda: bench.started(mod_auth_openidc(idp.url)))
    known = SignIns(load, idp, "/oidc/people/idp/login", "/session", "rollcall")
    module = SignIns(load, idp, "/protected/", "/protected/", "mod_auth_openidc_session")
    sides = {"rollcall, known people": (ours, known),
             "rollcall, new people": (ours, dataclasses.replace(known, known=False)),
             "mod_auth_openidc": (apache, module),
             "nginx, a request": (bench.nginx(), measure.Load("fixed", "/floor"))}
    bench.say(f"sign-in: {', '.join(sides)}")
    known.run_once_each(ours)
    samples = dict(zip(sides, measure.alternate(list(sides.values()), bench.options.seconds, bench.options.rounds)))
    base = next(iter(samples.values()))
    for name, taken in samples.items():
        result = measure.median(taken)
        line = Line("sign-in", name, result)
        if taken is not base and not name.startswith("nginx"):
            line.figure = f"{measure.times_the_cpu(taken, base):.2f} x CPU"
        if name.startswith("rollcall"):
            line.budget, line.met = f"<= {MOST:,} us", result.cpu <= MOST
        bench.lines.append(line)
