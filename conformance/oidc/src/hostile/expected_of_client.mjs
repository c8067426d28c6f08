/** What a relying party has to send (oidc 1.2, 1.4). Whatever it does not goes into issuer.faults. */
import crypto from 'node:crypto';
import * as jose from 'jose';

function need(issuer, holds, fault) {
  if (!holds) issuer.faults.push(fault);
}

/** OpenID Connect Core §3.1.2.1, RFC 7636, RFC 9126; gives the parameters in force. */
export function checkAuthorization(issuer, query) {
  const pushed = issuer.pushed.get(query.get('request_uri'));
  if (pushed) {
    issuer.pushed.delete(query.get('request_uri'));
    need(
      issuer,
      [...query.keys()].sort().join() === 'client_id,request_uri',
      `after a pushed request only client_id and request_uri go out, not ${[...query.keys()]}`,
    );
  }
  const said = pushed ?? query;
  need(issuer, new Set(said.keys()).size === [...said.keys()].length, 'a parameter comes twice');
  need(issuer, said.get('client_id') === issuer.clientId, 'client_id is not the configured one');
  need(issuer, said.get('response_type') === 'code', 'response_type is not code');
  need(issuer, said.get('scope')?.split(' ').includes('openid'), 'scope does not hold openid');
  need(issuer, said.get('code_challenge_method') === 'S256', 'no PKCE with S256');
  need(issuer, /^[\w-]{43}$/.test(said.get('code_challenge') ?? ''), 'code_challenge is no SHA-256');
  for (const name of ['state', 'nonce']) {
    need(issuer, (said.get(name) ?? '').length >= 22, `${name} has less than 128 bits`);
  }
  need(issuer, said.get('state') !== said.get('nonce'), 'state and nonce are the same');
  need(
    issuer,
    said.get('redirect_uri') === issuer.endpoints?.callback,
    "redirect_uri is not the connection's",
  );
  need(issuer, !said.has('client_secret') && !said.has('code_verifier'), 'a secret goes through the browser');
  return said;
}

/** The code is redeemed once, with the redirect_uri and the verifier of its request. */
export function checkCode(issuer, form) {
  need(issuer, form.get('grant_type') === 'authorization_code', 'grant_type is not authorization_code');
  const attempt = issuer.codes.get(form.get('code'));
  if (!attempt) {
    issuer.faults.push('a code that was never given, or was redeemed before');
    return issuer.latest;
  }
  issuer.codes.delete(form.get('code'));
  need(issuer, form.get('redirect_uri') === attempt.query.get('redirect_uri'), 'redirect_uri has changed');
  const verifier = form.get('code_verifier') ?? '';
  const challenge = crypto.createHash('sha256').update(verifier).digest('base64url');
  need(issuer, /^[\w.~-]{43,128}$/.test(verifier), 'code_verifier is not of 43 to 128 signs');
  need(issuer, challenge === attempt.query.get('code_challenge'), 'code_verifier does not fit');
  return attempt;
}

/** A refresh token is used once; a second use would cost the person the session (RFC 9700 §4.14). */
export function checkRefresh(issuer, form) {
  need(issuer, form.get('refresh_token') === issuer.refreshToken, 'a refresh token that is not the newest');
}

/** One method, the configured one, to the letter (RFC 6749 §2.3.1, RFC 7523). */
export async function checkClient(issuer, form, request) {
  const wanted = issuer.variant.oidc?.token_auth ?? 'client_secret_basic';
  const basic = request.headers.authorization;
  const used = basic
    ? 'client_secret_basic'
    : form.has('client_assertion')
      ? 'assertion'
      : form.has('client_secret')
        ? 'client_secret_post'
        : 'none';
  const methods = [basic, form.get('client_secret'), form.get('client_assertion')].filter(Boolean).length;
  need(issuer, methods <= 1, 'two ways of client authentication at once');
  if (wanted.endsWith('_jwt')) return checkAssertion(issuer, form, wanted);
  need(issuer, used === wanted, `client authentication is ${used} instead of ${wanted}`);
  if (wanted === 'client_secret_basic') checkBasic(issuer, basic);
  else need(issuer, form.get('client_id') === issuer.clientId, 'client_id is not in the form');
  if (wanted === 'client_secret_post') {
    need(issuer, form.get('client_secret') === issuer.clientSecret, 'the client secret is wrong');
  }
  return undefined;
}

function checkBasic(issuer, basic = '') {
  const parts = Buffer.from(basic.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');
  const encoded = (text) => new URLSearchParams([['', text]]).toString().slice(1);
  const spaces = (text) => text?.replaceAll('%20', '+');
  need(
    issuer,
    parts.length === 2 &&
      spaces(parts[0]) === encoded(issuer.clientId) &&
      spaces(parts[1]) === encoded(issuer.clientSecret),
    'basic is not form-encoded id and secret',
  );
}

async function checkAssertion(issuer, form, wanted) {
  try {
    const key =
      wanted === 'client_secret_jwt'
        ? new TextEncoder().encode(issuer.clientSecret)
        : jose.createRemoteJWKSet(new URL(issuer.endpoints.jwks));
    const { payload, protectedHeader } = await jose.jwtVerify(form.get('client_assertion') ?? '', key, {
      issuer: issuer.clientId,
      subject: issuer.clientId,
      audience: issuer.url,
    });
    need(
      issuer,
      form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      'client_assertion_type is wrong',
    );
    // CVE-2025-27370: an audience that another server names would let it reuse the assertion.
    need(issuer, payload.aud === issuer.url, 'aud of the assertion is not the issuer alone');
    need(issuer, protectedHeader.typ === 'client-authentication+jwt', 'typ of the assertion');
    need(issuer, payload.exp - Date.now() / 1000 <= 60, 'the assertion lives for more than a minute');
    need(
      issuer,
      payload.jti && !issuer.assertions.has(payload.jti),
      'an assertion is used twice or has no jti',
    );
    issuer.assertions.add(payload.jti);
  } catch (error) {
    issuer.faults.push(`the client assertion is refused: ${error.message}`);
  }
}
