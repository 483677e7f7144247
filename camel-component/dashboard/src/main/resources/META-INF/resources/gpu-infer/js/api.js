/** The dashboard's API over HTTP. Addresses are relative to this file, since applications may have a path of their own. */

const BASE = new URL('../api/', import.meta.url);
const PATIENCE_MS = 10_000;

/** What the server said instead of an answer. */
export class Refusal extends Error {
  /** @param {number} status 0 where no answer came at all */
  constructor(status, type, message) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export function address(path) {
  return new URL(path, BASE).href;
}

export function get(path) {
  return ask(path, {signal: AbortSignal.timeout(PATIENCE_MS)});
}

/**
 * @param {?BodyInit} body
 * @param {?string} type of the body; null leaves it to the browser
 */
export function post(path, body = null, type = null, signal = null) {
  return ask(path, {method: 'POST', body, signal, headers: type ? {'Content-Type': type} : {}});
}

export function remove(path) {
  return ask(path, {method: 'DELETE', signal: AbortSignal.timeout(PATIENCE_MS)});
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(address(path), {cache: 'no-store', ...options});
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refusal(0, 'NoAnswer', 'The application does not answer; is it still running?');
  }
  const text = await response.text();
  const answer = parsed(text);
  if (!response.ok) {
    throw new Refusal(response.status, answer?.type ?? 'Unknown',
      answer?.message ?? `The application answered with status ${response.status}`);
  }
  return answer;
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
