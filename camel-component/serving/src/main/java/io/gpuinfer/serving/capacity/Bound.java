package io.gpuinfer.serving.capacity;

/** What decides how many devices are needed, and what would have to change to need fewer. */
public enum Bound {
  /** The work of the items: a faster device, or a smaller model. */
  COMPUTE,
  /** What every batch costs: more callers at once, and so larger batches. */
  BATCH_OVERHEAD,
  /** The device's memory: it holds smaller batches than are allowed, or not even one item. */
  MEMORY,
  /** The deadline: it takes more devices than the rate, or no number of devices is enough. */
  DEADLINE
}
