package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.DeviceClass;

/**
 * What of a device a plan depends on.
 *
 * @param kernels the class of kernels
 * @param groups work-groups of a launch, or parts that its workers take
 * @param units how many of them run at the same time
 * @param skew elements before the first that is aligned to 64 bytes
 */
public record Target(DeviceClass kernels, int groups, int units, int skew) {

  /**
   * The skew on a device that reads Java arrays in place: an array's elements start 16 bytes into
   * its own region of the heap.
   */
  public static final int JAVA_ARRAY_SKEW = 12;

  private static final int ALIGNMENT = 16;

  /**
   * The first offset from {@code offset} on that a vector load reads without crossing cache lines.
   */
  long align(long offset) {
    return (offset - skew + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + skew;
  }
}
