package io.gpuinfer.serving;

/** Why a request was not admitted. */
public enum Refusal {
  /** As many requests wait as may. */
  QUEUE_FULL,
  /** The requests that wait are as much work as may be queued. */
  WORK_FULL,
  /** The batches have become slow, so fewer requests than otherwise may be in the server. */
  LIMIT,
  /** What waits already would let this one miss its deadline. */
  HOPELESS,
  /** Requests of its priority are shed, as all that wait have waited for too long. */
  SHED,
  /** No device works. */
  OFFLINE,
  /** A device has come back and takes few requests yet. */
  RECOVERING,
  /** Its deadline had passed before it came. */
  EXPIRED,
  /** The server is closing. */
  CLOSED
}
