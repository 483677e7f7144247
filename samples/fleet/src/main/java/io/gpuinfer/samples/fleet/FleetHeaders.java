package io.gpuinfer.samples.fleet;

/**
 * Headers of the messages on the topics of results, retries and dead letters; all are texts in
 * UTF-8.
 */
public final class FleetHeaders {

  private static final String PREFIX = "gpu-infer-";

  /** The name of the worker that wrote the message. */
  public static final String WORKER = PREFIX + "worker";

  /** The model's name. */
  public static final String MODEL = PREFIX + "model";

  /** The version of the model that answered. */
  public static final String MODEL_VERSION = PREFIX + "model-version";

  /** The device that ran the model. */
  public static final String DEVICE = PREFIX + "device";

  /** How well the model was served: STABLE, DEGRADED, OFFLINE or RECOVERING. */
  public static final String STATE = PREFIX + "state";

  /** How many inputs ran together. */
  public static final String BATCH_SIZE = PREFIX + "batch-size";

  /** Milliseconds that the request waited for the device. */
  public static final String QUEUE_MILLIS = PREFIX + "queue-ms";

  /** Milliseconds that the device worked on the request. */
  public static final String COMPUTE_MILLIS = PREFIX + "compute-ms";

  /**
   * Milliseconds from the time of the request's record to the time at which its answer was ready.
   */
  public static final String AGE_MILLIS = PREFIX + "age-ms";

  /** Which try this was, from 1 on; on the topic of retries, which one the next will be. */
  public static final String ATTEMPT = PREFIX + "attempt";

  /** Partition of the requests, or of the retries, that the request was read from. */
  public static final String PARTITION = PREFIX + "partition";

  /** Offset of the request in that partition. */
  public static final String OFFSET = PREFIX + "offset";

  /** Why there is no answer: the exception's name and its message. */
  public static final String REASON = PREFIX + "reason";

  private FleetHeaders() {}

  /** Whether a header is one of these, or may be one of a later version's. */
  public static boolean isOurs(String name) {
    return name.startsWith(PREFIX);
  }
}
