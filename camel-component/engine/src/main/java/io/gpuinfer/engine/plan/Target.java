package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.DeviceClass;

/**
 * What of a device a plan depends on.
 *
 * @param kernels the class of kernels
 * @param groups work-groups of a launch, or parts that its workers take
 * @param units how many of them run at the same time
 * @param skew elements before the first that is aligned to 64 bytes
 * @param shardElements elements of one buffer of weights at most
 */
public record Target(DeviceClass kernels, int groups, int units, int skew, int shardElements) {

  /**
   * The skew on a device that reads Java arrays in place: an array's elements start 16 bytes into
   * its own region of the heap.
   */
  public static final int JAVA_ARRAY_SKEW = 12;

  /** Elements that every buffer has beyond the last: vector loads may read them. */
  public static final int PADDING = 64;

  private static final int ALIGNMENT = 16;

  /** A device whose buffers are as large as a reference can reach. */
  public Target(DeviceClass kernels, int groups, int units, int skew) {
    this(kernels, groups, units, skew, Buffer.MAX_ELEMENTS - 1);
  }

  /** The same for a device whose largest buffer has so many bytes. */
  public Target withLargestBuffer(long bytes) {
    long elements = Math.max(0, bytes / Float.BYTES - PADDING);
    return new Target(kernels, groups, units, skew, (int) Math.min(shardElements, elements));
  }

  /**
   * The first offset from {@code offset} on that a vector load reads without crossing cache lines.
   */
  long align(long offset) {
    return (offset - skew + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + skew;
  }
}
