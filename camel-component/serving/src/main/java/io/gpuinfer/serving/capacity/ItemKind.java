package io.gpuinfer.serving.capacity;

/**
 * Items of equal shape, which may share a batch; items of different kinds may not.
 *
 * @param name for people, as in "64 tokens"
 * @param share how many of a model's items are of this kind, relative to its other kinds
 * @param flops floating-point operations of one item
 * @param bytes that one item reads and writes in a full batch, as a plan counts them
 * @param nanos what one item more adds to the time of a batch: {@code a} of {@code a·n + b}
 */
public record ItemKind(String name, double share, double flops, double bytes, double nanos) {

  public ItemKind {
    if (!(share > 0) || !(nanos > 0) || flops < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "Share and time of %s must be above 0, work not below, but are %s, %s, %s and %s"
              .formatted(name, share, nanos, flops, bytes));
    }
  }
}
