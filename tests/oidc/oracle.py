#!/usr/bin/python3
"""JOSE as jwcrypto does it, for jwcrypto_test.cpp.

    oracle.py make          prints tokens of jwcrypto's making: {"jws": [...], "jwe": [...]}
    oracle.py check FILE    reads [{"key", "token"}] and prints what jwcrypto makes of each:
                            {"thumbprint", "header", "payload"}, or an error on stderr and exit 1
"""

import json
import sys

from jwcrypto import jwe, jwk, jws

SIGNATURES = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519",
}
MANAGEMENT = {
    "RSA-OAEP": ["RSA"], "RSA-OAEP-256": ["RSA"],
    "ECDH-ES": ["P-256", "P-384", "P-521"], "ECDH-ES+A128KW": ["P-256", "P-384", "P-521"],
    "ECDH-ES+A256KW": ["P-256", "P-384", "P-521"],
}
CIPHERS = ("A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512")
CLAIMS = json.dumps({"iss": "https://idp.example", "sub": "u1", "name": "Zoë"}, ensure_ascii=False)


def keys():
    made = {"RSA": jwk.JWK.generate(kty="RSA", size=2048),
            "Ed25519": jwk.JWK.generate(kty="OKP", crv="Ed25519")}
    for curve in ("P-256", "P-384", "P-521"):
        made[curve] = jwk.JWK.generate(kty="EC", crv=curve)
    return made


def signed(key, alg):
    token = jws.JWS(CLAIMS.encode())
    token.add_signature(key, None, json.dumps({"alg": alg, "typ": "JWT"}))
    return {"name": alg, "key": key.export_public(as_dict=True), "token": token.serialize(compact=True),
            "thumbprint": key.thumbprint(), "payload": CLAIMS}


def encrypted(key, alg, enc, parties):
    header = {"alg": alg, "enc": enc, "cty": "JWT", **parties}
    token = jwe.JWE(CLAIMS.encode(), json.dumps(header))
    token.add_recipient(jwk.JWK(**key.export_public(as_dict=True)))
    return {"name": f"{alg} {enc} {key.export_public(as_dict=True).get('crv', 'RSA')}",
            "key": key.export_private(as_dict=True), "token": token.serialize(compact=True),
            "payload": CLAIMS}


def make():
    own = keys()
    rows = [encrypted(own[kind], alg, enc, {})
            for alg, kinds in MANAGEMENT.items() for kind in kinds for enc in CIPHERS]
    rows.append(encrypted(own["P-256"], "ECDH-ES", "A256GCM", {"apu": "QWxpY2U", "apv": "Qm9i"}))
    return {"jws": [signed(own[kind], alg) for alg, kind in SIGNATURES.items()], "jwe": rows}


def check(row):
    key = jwk.JWK(**row["key"])
    token = jws.JWS()
    token.deserialize(row["token"], key)
    return {"thumbprint": key.thumbprint(), "header": token.jose_header,
            "payload": token.payload.decode()}


def main():
    if sys.argv[1:] == ["make"]:
        print(json.dumps(make()))
    else:
        with open(sys.argv[2], encoding="utf-8") as rows:
            print(json.dumps([check(row) for row in json.load(rows)]))


if __name__ == "__main__":
    main()
