// Directory sync of saml-jackson on its in-memory engine, behind Node's own HTTP server.
import http from "node:http";
import jackson from "@boxyhq/saml-jackson";

const { directorySyncController } = await jackson.default({
  externalUrl: "http://127.0.0.1",
  samlPath: "/saml",
  oidcPath: "/oidc",
  scimPath: "/scim",
  db: { engine: "mem" },
  noAnalytics: true,
});
const { data: directory, error } = await directorySyncController.directories.create({
  name: "bench", tenant: "bench", product: "bench", type: "generic-scim-v2",
});
if (error) throw new Error(error.message);

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url, "http://127.0.0.1");
  const [, , type, id] = url.pathname.split("/");
  const { status, data } = await directorySyncController.requests.handle({
    method: request.method,
    body: chunks.length ? JSON.parse(Buffer.concat(chunks)) : undefined,
    directoryId: directory.id,
    resourceType: type,
    resourceId: id,
    apiSecret: request.headers.authorization?.replace("Bearer ", "") ?? null,
    query: {
      count: Number(url.searchParams.get("count") ?? 100),
      startIndex: Number(url.searchParams.get("startIndex") ?? 1),
      filter: url.searchParams.get("filter") ?? undefined,
    },
  });
  response.writeHead(status, { "Content-Type": "application/scim+json" });
  response.end(data === undefined ? undefined : JSON.stringify(data));
}

const server = http.createServer((request, response) => {
  answer(request, response).catch((reason) => {
    console.error(reason);
    response.writeHead(500).end();
  });
});
server.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${server.address().port}/scim`;
  console.log(JSON.stringify({ url, token: directory.scim.secret }));
});
