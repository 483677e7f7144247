package io.gpuinfer.serving.capacity;

/**
 * What a device does at most: the bounds of the roofline model (Williams, Waterman and Patterson,
 * "Roofline: an insightful visual performance model", 2009).
 *
 * @param flopsPerSecond floating-point operations in a second
 * @param bytesPerSecond bytes read and written in a second
 */
public record Roofline(double flopsPerSecond, double bytesPerSecond) {

  public Roofline {
    if (!(flopsPerSecond > 0) || !(bytesPerSecond > 0)) {
      throw new IllegalArgumentException("The peaks of a device must be above 0");
    }
  }

  /** The least time for so much work: that of computing or of moving, whichever is longer. */
  public double nanos(double flops, double bytes) {
    return 1e9 * Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
  }

  /**
   * An estimate for another device, of a cost that was measured on this one: the kernels are
   * supposed to come as near to the other's bounds as they come to this one's. What a batch costs
   * whatever its size stays as it is, as it is host and driver that take it.
   */
  public ModelCost scale(ModelCost measured, Roofline other) {
    return new ModelCost(
        measured.name(),
        measured.kinds().stream().map(kind -> scale(kind, other)).toList(),
        measured.nanosPerBatch(),
        measured.scatter(),
        measured.weightBytes(),
        measured.workingBytesPerItem(),
        measured.maxBatchSize(),
        measured.instances());
  }

  private ItemKind scale(ItemKind kind, Roofline other) {
    double here = nanos(kind.flops(), kind.bytes());
    if (here == 0) {
      throw new IllegalArgumentException(
          "Nothing is known of the work of %s, so its time cannot be scaled"
              .formatted(kind.name()));
    }
    double factor = other.nanos(kind.flops(), kind.bytes()) / here;
    return new ItemKind(
        kind.name(), kind.share(), kind.flops(), kind.bytes(), kind.nanos() * factor);
  }
}
