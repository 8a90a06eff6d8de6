const LINE = /^a=fingerprint:(\S+)[ \t]+(\S+)[ \t]*$/gimu;

/** The DTLS fingerprint of a description, upper case; null unless all of its sections name one and the same by SHA-256. */
export function fingerprintOf(sdp: string): string | null {
  const found = new Set<string>();
  for (const [, method = '', value = ''] of sdp.matchAll(LINE)) {
    if (method.toLowerCase() !== 'sha-256') return null;
    found.add(value.toUpperCase());
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

/** The fingerprint of the certificate that this tab's connections show, as a description would have it. */
export async function ownFingerprint(certificate: RTCCertificate): Promise<string> {
  const scratch = new RTCPeerConnection({ certificates: [certificate] });
  try {
    scratch.createDataChannel('');
    const found = fingerprintOf((await scratch.createOffer()).sdp ?? '');
    if (!found) throw new Error('the browser shows no certificate');
    return found;
  } finally {
    scratch.close();
  }
}
