package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.DeviceClass;

/**
 * What of a device a plan depends on.
 *
 * @param kernels the class of kernels
 * @param groups work-groups of a launch
 * @param skew elements before the first that is aligned to 64 bytes: a Java array's data start 16
 *     bytes behind its header, so that on a device that reads the array in place element 12 is the
 *     first
 */
public record Target(DeviceClass kernels, int groups, int skew) {

  private static final int ALIGNMENT = 16;

  /**
   * The first offset from {@code offset} on that a vector load reads without crossing cache lines.
   */
  long align(long offset) {
    return (offset - skew + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + skew;
  }
}
