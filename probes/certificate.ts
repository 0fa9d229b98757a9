const WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not valid yet (is this router's clock right?)",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is for another name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate is of an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate is of an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate is of an unknown authority",
}

/** What is wrong with a certificate, by the code of Node's error (X509_V_ERR_* of OpenSSL), or in that error's words. */
export function certificateTrouble({ code = "", message }: NodeJS.ErrnoException): string {
  return WORDS[code] ?? `certificate: ${message}`
}
