// scimmy-routers over Maps in memory; look-ups that a filter for one userName asks for use an index.
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const users = new Map();
const idsByName = new Map();
const groups = new Map();
let nextId = 1;

const missing = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
const wantedName = (filter) => filter?.[0]?.userName?.[1] ?? filter?.[0]?.username?.[1];

function find(store, resource, index) {
  if (resource.id) {
    if (!store.has(resource.id)) throw missing(resource.id);
    return store.get(resource.id);
  }
  const name = index && wantedName(resource.filter);
  if (name === undefined) return [...store.values()];
  const id = index.get(name);
  return id ? [store.get(id)] : [];
}

function save(store, resource, data, index) {
  const id = resource.id ?? String(nextId++);
  const now = new Date().toISOString();
  const created = store.get(id)?.meta.created ?? now;
  const saved = { ...JSON.parse(JSON.stringify(data)), id, meta: { created, lastModified: now } };
  store.set(id, saved);
  index?.set(saved.userName, id);
  return saved;
}

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .ingress((resource, data) => save(users, resource, data, idsByName))
  .egress((resource) => find(users, resource, idsByName))
  .degress((resource) => users.delete(resource.id));
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  .ingress((resource, data) => save(groups, resource, data))
  .egress((resource) => find(groups, resource))
  .degress((resource) => groups.delete(resource.id));

const app = express();
app.use("/scim", new SCIMMYRouters({
  type: "bearer",
  docUri: "https://example.com/",
  handler: (request) => {
    if (request.header("Authorization") !== "Bearer bench") throw new Error("Token expected");
    return "bench";
  },
}));
const server = app.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${server.address().port}/scim`;
  console.log(JSON.stringify({ url, token: "bench" }));
});
