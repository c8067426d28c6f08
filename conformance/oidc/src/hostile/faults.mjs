/** Servers that misbehave below OpenID Connect: handlers that take an endpoint's place. */

const MiB = 1024 * 1024;

/** Answers with a status and a body. */
export const status =
  (code, body = '', type = 'application/json') =>
  (response) =>
    response.writeHead(code, { 'content-type': type }).end(body);
export const notFound = status(404);
/** To another path of this IdP, which would answer well. */
export const redirectTo = (path) => (response, at) =>
  response.writeHead(307, { location: `${at.idp.base}/${path}` }).end();
/** Never answers; the relying party has to leave. */
export const slow = () => {};

/** A head, then a byte now and then. */
export const drip = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 200);
  response.on('close', () => clearInterval(timer));
};

/** JSON of so many MiB, without a Content-Length. */
export const huge = (size) => (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"junk":"');
  let left = size;
  const more = () => {
    while (left-- > 0) {
      if (!response.write('x'.repeat(MiB))) return response.once('drain', more);
    }
    return response.end('"}');
  };
  more();
};

/** Says that more comes than does. */
export const cutOff = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
  response.write('{"access_token":');
  setTimeout(() => response.destroy(), 50);
};
