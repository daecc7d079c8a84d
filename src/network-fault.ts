// What can go wrong between a request and its answer, by libcurl's numbers and sentences: the reference prints both.

const FAULTS = {
  'unsupported-protocol': [1, 'Unsupported protocol'],
  'bad-url': [3, 'URL using bad/illegal format or missing URL'],
  'proxy-not-found': [5, 'Could not resolve proxy name'],
  'host-not-found': [6, 'Could not resolve hostname'],
  'no-connection': [7, 'Could not connect to server'],
  'weird-reply': [8, 'Weird server reply'],
  'http2-framing': [16, 'Error in the HTTP2 framing layer'],
  partial: [18, 'Transferred a partial file'],
  timeout: [28, 'Timeout was reached'],
  'tls-handshake': [35, 'SSL connect error'],
  'file-unreadable': [37, 'Could not read a file:// file'],
  redirects: [47, 'Number of redirects hit maximum amount'],
  'empty-reply': [52, 'Server returned nothing (no headers, no data)'],
  send: [55, 'Failed sending data to the peer'],
  receive: [56, 'Failure when receiving data from the peer'],
  'client-certificate': [58, 'Problem with the local SSL certificate'],
  'peer-certificate': [60, 'SSL peer certificate or SSH remote key was not OK'],
  encoding: [61, 'Unrecognized or bad HTTP Content or Transfer-Encoding'],
  'ca-file': [77, 'Problem with the SSL CA cert (path? access rights?)'],
  'http2-stream': [92, 'Stream error in the HTTP/2 framing layer'],
} as const satisfies Record<string, readonly [number: number, sentence: string]>

export type NetworkFault = keyof typeof FAULTS

/** `[56] Failure when receiving data from the peer`. */
export function describeFault(fault: NetworkFault): string {
  const [number, sentence] = FAULTS[fault]
  return `[${number}] ${sentence}`
}
